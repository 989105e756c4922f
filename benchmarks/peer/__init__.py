"""The other side: a project as the documentation of Django REST framework shows it, nothing tuned and nothing spoiled.

Token authentication, one merchant's rows only, nested serializers, an event row for each change, one transaction for
each request, a database connection that stays open.
"""
