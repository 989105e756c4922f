"""What the columns of events say about people: nothing, so that events may stay when a person is erased."""

from postpurchase.lib.personal_data import CODE, OWN_IDS, SUBJECT, Table

TABLES = {
    "Event": Table(person=SUBJECT, section="events", plain={CODE: "type subject_kind", OWN_IDS: "data"}),
    "EventDelivery": Table(
        plain={CODE: "handler subject_kind state", "the class of an error, never its text": "last_error"}
    ),
}
