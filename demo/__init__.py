"""The whole product on loopback: a chat page in the browser instead of a phone."""
