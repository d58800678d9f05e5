"""Pure rules of receiving: profiles, formats, transforms, versions, reasons."""
