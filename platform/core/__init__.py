"""The pure shared kernel: no Django, no input or output; instants come from one clock."""
