"""The cast of every access test: officers of the demo city by what they are in the story.

The story: a fire risk in district 990102; the fire branch leads, the police branch supports.
"""

from dataclasses import dataclass

from rest_framework.test import APIClient

from accounts.domain import Viewer
from accounts.models import Officer
from accounts.selectors import viewer_of
from accounts.services import issue_partner_key, issue_token
from audit.domain import SYSTEM

WHO = {
    "city_supervisor": "linruolan",
    "district_supervisor": "gutingzhou",  # of another district than the story's
    "dispatcher": "zhoumingyuan",
    "verifier": "xuwenqing",
    "lead_officer": "guoyanshan",
    "supporting_officer": "hanjiangtao",
    "other_officer": "yinzhaonan",  # market supervision of another district: no part in it
    "feed_officer": "sunyanbei",  # the bureau whose feed it is
    "system_admin": "suopinghai",
    "security_admin": "nieshouan",
    "audit_admin": "jiaochazheng",
}


@dataclass(frozen=True)
class Cast:
    """Give me the officer, the viewer or a REST client of somebody of the story."""

    def officer(self, name: str) -> Officer:
        return Officer.objects.select_related("organisation").get(username=WHO[name])

    def viewer(self, name: str) -> Viewer:
        return viewer_of(self.officer(name))

    def code(self, name: str) -> str:
        return self.officer(name).organisation.code

    def client(self, name: str) -> APIClient:
        """A client with the officer's token; "partner" has the police feed's key."""
        client = APIClient()
        if name == "partner":
            secret = issue_partner_key(feed_key="police110", actor=SYSTEM)
            client.credentials(HTTP_AUTHORIZATION=f"Api-Key {secret}")
        elif name != "stranger":
            secret = issue_token(officer=self.officer(name), actor=SYSTEM)
            client.credentials(HTTP_AUTHORIZATION=f"Token {secret}")
        return client
