"""Identity and Access Management: roles and policies as stored names.

Deployment tools make them before they make a function. They are kept and given back, and never
evaluated: nothing in this lab asks whether somebody may do something. Global, not by region.
"""

from webapp.aws.catalogue import Served
from webapp.aws.services.iam import attachments, inline, policies, roles, tags, versions

SERVED = Served(
    name="iam",
    operations={
        **roles.OPERATIONS,
        **inline.OPERATIONS,
        **attachments.OPERATIONS,
        **policies.OPERATIONS,
        **versions.OPERATIONS,
        **tags.OPERATIONS,
    },
)
