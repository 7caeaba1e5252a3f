"""Every waiting time of the chat in one place, so that tests can be quick and reviewers can see them side by side."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """Defaults suit Telegram's servers and a home's uplink."""

    poll_timeout_s: int = 30
    """How long Telegram keeps a getUpdates open; it caps this at 50."""
    poll_read_timeout_s: float = 15.0
    """On top of `poll_timeout_s`."""
    read_timeout_s: float = 30.0
    upload_read_timeout_s: float = 120.0
    """Telegram works on a video before it answers."""
    connect_timeout_s: float = 15.0
    message_every_s: float = 1.0
    """Telegram's own limit for one chat, in the long run."""
    message_burst: int = 5
    """Messages that may go out at once after a quiet time."""
    retry_first_s: float = 1.0
    retry_longest_s: float = 60.0
    answer_patience_s: float = 120.0
    """An answer that could not be sent for so long is dropped: nobody waits for it any more."""
    conflict_pause_s: float = 60.0
    """After another program polled with our token."""
    question_s: float = 60.0
    """How long a Yes button is good for."""
    pairing_code_s: float = 600.0
    pairing_pause_s: float = 30.0
    """Before a new code, when one was used up by wrong tries."""
    stale_command_s: float = 300.0
    """A command older than this is asked about, not obeyed."""
    stranger_notice_s: float = 3600.0
    blocked_retry_s: float = 300.0
    blocked_look_s: float = 3600.0
    """So often one call asks a chat that refused us whether it still does: the news of a change may have been lost."""
    backlog_s: float = 60.0
    """An alert older than this has waited for the network; it goes behind answers to what the owner asks now."""
    together_s: float = 5.0
    """Messages that come so close to each other, one of them late, make one sound."""
    unsure_retry_s: float = 3600.0
    """Before another try of a message that never got an answer, when it cannot be looked for either."""
    sweep_s: float = 5.0
    """How often is looked for pictures that must leave the chat."""
    pin_look_s: float = 20.0
    """How often is looked whether a pinned sign of life must change."""
    pin_change_s: float = 30.0
    """It changes no more often than this, whatever happens."""
    pin_life_s: float = 300.0
    """It is renewed after so long though nothing happened: its time is the sign of life."""
    pin_again_s: float = 3600.0
    """Who deletes it a second time within so long does not want it."""
    idle_s: float = 30.0
    """The sender looks at the outbox at least this often."""
    stop_patience_s: float = 5.0
    """What is on its way when the program stops may take so long."""

    @property
    def poll_stall_s(self) -> float:
        """No successful poll for so long: polling is dead, however alive it looks."""
        return 3 * (self.poll_timeout_s + self.poll_read_timeout_s)
