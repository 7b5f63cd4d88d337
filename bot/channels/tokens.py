"""What the page shows to prove that a conversation is its own: the conversation's id, signed."""

from __future__ import annotations

import base64
import hashlib
import hmac


class ForgedToken(PermissionError):
    """The token was not made by us."""


class Tokens:
    """Signs and reads tokens. A new shared secret makes every token given before worthless."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), b"polku widget token", "sha256")

    def token(self, conversation_id: str) -> str:
        """`<conversation id>.<signature>`; URL-safe characters only."""
        signature = hmac.digest(self._key, conversation_id.encode(), hashlib.sha256)
        return f"{conversation_id}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"

    def conversation_of(self, token: str) -> str:
        """The conversation's id. Compares in constant time.

        Raises:
            ForgedToken: the signature is missing or wrong.
        """
        conversation_id, _, _ = token.partition(".")
        ours = self.token(conversation_id).encode()
        if not conversation_id or not hmac.compare_digest(token.encode(), ours):
            raise ForgedToken("the token is not ours")
        return conversation_id
