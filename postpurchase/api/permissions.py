"""What the speaker may do: each operation names the one scope it needs."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from postpurchase.api.authentication import caller_of

if TYPE_CHECKING:
    # Imported while its own module is still being loaded.
    from rest_framework.views import APIView


class HasScope(BasePermission):
    """Lets a key in that has the operation's scope. Without a key the answer is 401."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        operation = getattr(getattr(view, (request.method or "").lower(), None), "operation", None)
        caller = caller_of(request)
        if caller is None:
            return False
        if operation is None:
            return True  # no such method here; the view answers 405
        self.message = f"This key lacks the scope {operation.scope}."
        return operation.scope in caller.key.scopes
