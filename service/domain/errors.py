"""The error tree: every class says what to do next.

    HouseError
      Rejected          the sender must change something
        BadSignature    401: we cannot tell who sent this
        BadPayload      422: we know who sent it, but cannot use it
        NotFound        404: there is no such thing
        Conflict        409: the thing is not in a state that allows this
      Misconfigured     the operator must change something; the process does not start
      ChannelError      the channel gave no receipt
        Refused         this request will never pass
          Unauthorized  the credential is no longer good: pause the channel, tell people
          OutOfCredit   the account's credit or quota is used up: pause the channel
        RateLimited     certainly not sent; the channel said when to come back
        Unavailable     certainly not sent; try again later
        Unconfirmed     may be out there: look before doing anything else

A message says what happened in words that staff can act on, and never holds a secret.
"""

from datetime import timedelta


class HouseError(Exception):
    """Base of all errors that Kindly raises on purpose."""


class Rejected(HouseError):
    """The sender must change something before asking again."""


class BadSignature(Rejected):
    """The request cannot be shown to come from its claimed sender."""


class BadPayload(Rejected):
    """The sender is known, but what it sent cannot be used."""


class NotFound(Rejected):
    """Nothing by that name or number is here."""


class Conflict(Rejected):
    """The thing is not in a state that allows what was asked."""


class Misconfigured(HouseError):
    """The operator must change a setting or a file."""


class ChannelError(HouseError):
    """A channel was asked for something and gave no receipt."""


class Refused(ChannelError):
    """The channel will never take this request; a person must change it."""


class Unauthorized(Refused):
    """The channel's credential is no longer good; its deliveries wait, they do not fail."""


class OutOfCredit(Refused):
    """The account behind the channel has used up its credit or quota."""


class RateLimited(ChannelError):
    """Nothing was sent; the channel asks us to come back after `retry_after`."""

    def __init__(self, message: str, *, retry_after: timedelta) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(ChannelError):
    """Nothing was sent, for a reason that passes."""


class Unconfirmed(ChannelError):
    """The request may have been carried out; only looking can tell."""
