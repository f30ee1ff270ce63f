"""The demonstration: the repeat-prescription story, loaded through the actions people use."""
