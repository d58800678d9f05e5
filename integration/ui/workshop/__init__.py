"""The profile workshop's pages: connecting a department without a programmer."""
