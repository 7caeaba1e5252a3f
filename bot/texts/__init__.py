"""Every sentence that the chat says, by subject. HTML; whatever comes from outside goes through `escaped`."""
