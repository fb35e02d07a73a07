"""What the profiles do that no XML file can say."""
