"""The ports of the chat, answered by the cameras and the storage: each file translates one noun."""
