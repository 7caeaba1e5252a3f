"""The owner's side: the chat; knows no camera and no storage, only the protocols in `ports`."""
