"""The door for people: GOV.UK pages drawn on the server, one folder for each journey, one route table."""
