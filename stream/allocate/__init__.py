"""What allocation rules would make of the charges of files, before they are rolled out."""
