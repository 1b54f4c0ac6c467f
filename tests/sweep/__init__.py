"""Every page of the site, found through its addresses and held to the rules of the house."""
