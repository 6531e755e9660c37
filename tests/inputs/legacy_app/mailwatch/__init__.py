"""Tells how many unread messages wait in a mailbox, and mails a note when there are new ones."""
