"""The application: one REST API and its event handlers, wired together; what they do is in ``chalicelib``."""

from chalice import Chalice

from chalicelib.handlers import api, console, jobs, pricelist_events, schedule, search_jobs
from chalicelib.settings import settings

# The name of the REST API: several stages may share an account.
app = Chalice(app_name=f"retail-orders-{settings().stage}", configure_logs=False)
# Multipart bodies carry files of any encoding, and so do those of 1C, which calls archives forms and lists XML: as
# binary types they pass API Gateway unchanged. Answers have none of these types.
app.api.binary_types = [
    *("multipart/form-data", "application/octet-stream", "application/x-www-form-urlencoded"),
    *("application/zip", "application/x-zip-compressed", "text/xml"),
]

for _part in (api, console, pricelist_events, jobs, schedule, search_jobs):
    app.register_blueprint(_part.blueprint)
