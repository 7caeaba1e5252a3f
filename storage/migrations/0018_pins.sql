-- The message of a chat that says all the time that MoCam is alive; a chat without a row wants none.
CREATE TABLE pin (
  chat_id    INTEGER PRIMARY KEY,      -- Telegram's
  message_id INTEGER                   -- Telegram's; NULL: it must still be sent
) STRICT;
