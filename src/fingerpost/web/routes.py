"""The pages' route table: one row for each page, with who may open it and what draws its form again."""

from fingerpost.access.rules import RecordsAct as Act
from fingerpost.web import (
    admin,
    demo_identity,
    feedback,
    handed_back,
    look,
    opened,
    public,
    records,
    reports,
    returned,
    review,
    sign_in,
    static,
    work,
)
from fingerpost.web.admin import feeds, people, quality, teams
from fingerpost.web.look import emergency
from fingerpost.web.moves import alerts, covert, hand_overs, inbox, orphans
from fingerpost.web.pages import KEEPING, REVIEWING
from fingerpost.web.records import erase, holds, ledger, subject_access
from fingerpost.web.review import emergencies, links, lookups, shields
from fingerpost.web.route import Guard, Page
from fingerpost.web.work import contact, desk, looks, shield, sign_ins, signposts, told

OPEN, SIGNED_IN = Guard.OPEN, Guard.SIGNED_IN

PUBLIC = (
    Page("GET", "/", OPEN, public.start),
    Page("GET", "/about", OPEN, public.about),
    Page("GET", "/matrix", OPEN, public.matrix),
    Page("GET", "/figures", OPEN, public.figures),
    Page("GET", "/cookies", OPEN, public.cookies),
    Page("GET", "/feedback", OPEN, feedback.public),
    Page("GET", "/feedback/give", SIGNED_IN, feedback.giving),
    Page("POST", "/feedback/give", SIGNED_IN, feedback.give, again=feedback.FORM.draw),
    Page("GET", "/feedback/waiting", SIGNED_IN, feedback.waiting, (Act.FEEDBACK,)),
    Page("GET", "/feedback/<uuid:feedback>", SIGNED_IN, feedback.answering, (Act.FEEDBACK,)),
    Page(
        "POST",
        "/feedback/<uuid:feedback>",
        SIGNED_IN,
        feedback.answer,
        (Act.FEEDBACK,),
        feedback.answering_again,
    ),
    Page("GET", "/assets/<digest>/<name>", OPEN, static.serve),
    Page("POST", reports.ADDRESS, OPEN, reports.received, foreign=True),
)
SIGNING_IN = (
    Page("GET", "/sign-in", OPEN, sign_in.show),
    Page("POST", "/sign-in", OPEN, sign_in.leave),
    Page("GET", "/sign-in/back", OPEN, sign_in.come_back),
    Page("POST", "/sign-in/ended", OPEN, sign_in.ended_at_provider, foreign=True),
    Page("POST", "/sign-out", SIGNED_IN, sign_in.sign_out),
    Page("GET", "/signed-out", OPEN, sign_in.signed_out),
    Page("GET", "/handed-back", SIGNED_IN, handed_back.show),
    Page("GET", "/returned/<uuid:returned>", SIGNED_IN, returned.show),
)
LOOKING = (
    Page("GET", "/look", SIGNED_IN, look.why),
    Page("POST", "/look", SIGNED_IN, look.say_why, again=look.why_again),
    Page("GET", "/look/emergency", SIGNED_IN, emergency.emergency),
    Page("POST", "/look/emergency", SIGNED_IN, emergency.open_emergency, again=emergency.emergency_again),
    Page("GET", "/look/<uuid:look>", SIGNED_IN, look.whom),
    Page("POST", "/look/<uuid:look>", SIGNED_IN, look.ask, again=look.whom_again),
    Page("GET", "/look/<uuid:look>/answer", SIGNED_IN, look.answer),
    Page("POST", "/look/<uuid:look>/stand", SIGNED_IN, look.stand, (Act.STAND,)),
    Page("GET", "/look/<uuid:look>/alert", SIGNED_IN, alerts.of_look, (Act.ALERT_RAISE,)),
    Page("GET", "/look/<uuid:look>/contact/<uuid:signpost>", SIGNED_IN, contact.asking, (Act.CONTACT_ASK,)),
    Page(
        "POST",
        "/look/<uuid:look>/contact/<uuid:signpost>",
        SIGNED_IN,
        contact.ask,
        (Act.CONTACT_ASK,),
        contact.asking_again,
    ),
)
WORKING = (
    Page("GET", "/work", SIGNED_IN, work.start),
    Page("GET", "/work/sign-ins", SIGNED_IN, sign_ins.show),
    Page("POST", "/work/sign-ins/end", SIGNED_IN, sign_ins.end, fresh=True),
    Page("GET", "/work/contact", SIGNED_IN, contact.mine, (Act.CONTACT_ASK,)),
    Page("GET", "/work/requests", SIGNED_IN, contact.to_us, (Act.CONTACT_ANSWER,)),
    Page("POST", "/work/requests/<uuid:request>", SIGNED_IN, contact.see, (Act.CONTACT_ANSWER,)),
    Page("GET", "/work/requests/<uuid:request>/end", SIGNED_IN, contact.ending, (Act.CONTACT_ANSWER,)),
    Page(
        "POST",
        "/work/requests/<uuid:request>/end",
        SIGNED_IN,
        contact.end,
        (Act.CONTACT_ANSWER,),
        contact.ending_again,
    ),
    Page("GET", "/work/overdue", SIGNED_IN, contact.overdue, (Act.DESK,)),
    Page("GET", "/opened/<uuid:opened>", SIGNED_IN, opened.show),
    Page("POST", "/proof", SIGNED_IN, ledger.prove),
    Page("POST", "/work/told", SIGNED_IN, told.inbox, (Act.TOLD,)),
    Page("POST", "/work/told/<uuid:item>/seen", SIGNED_IN, told.seen, (Act.TOLD,)),
    Page("POST", "/work/looks", SIGNED_IN, looks.mine),
    Page("GET", "/work/justify", SIGNED_IN, looks.due),
    Page("GET", "/work/justify/<uuid:entry>", SIGNED_IN, looks.justify),
    Page("POST", "/work/justify/<uuid:entry>", SIGNED_IN, looks.say_why, again=looks.justify_again),
    Page("GET", "/work/signposts", SIGNED_IN, signposts.choose, (Act.OWN,)),
    Page("POST", "/work/signposts", SIGNED_IN, signposts.of_team, (Act.OWN,), signposts.choose_again),
    Page("POST", "/work/signposts/<uuid:signpost>/confirm", SIGNED_IN, signposts.confirm, (Act.OWN,)),
    Page(
        "POST", "/work/signposts/<uuid:signpost>/dispute", SIGNED_IN, signposts.dispute, (Act.SUBJECT_ACCESS,)
    ),
    Page("GET", "/work/signposts/<uuid:signpost>/end", SIGNED_IN, signposts.end, (Act.OWN,)),
    Page(
        "POST",
        "/work/signposts/<uuid:signpost>/end",
        SIGNED_IN,
        signposts.ended,
        (Act.OWN,),
        signposts.end_again,
    ),
    Page("GET", "/work/register", SIGNED_IN, signposts.registering, (Act.OWN,)),
    Page("POST", "/work/register", SIGNED_IN, signposts.register, (Act.OWN,), signposts.registering_again),
    Page("GET", "/work/shield", SIGNED_IN, shield.show, (Act.SHIELD_ASK,)),
    Page("POST", "/work/shield", SIGNED_IN, shield.ask, (Act.SHIELD_ASK,), shield.FORM.draw),
    Page("GET", "/work/desk", SIGNED_IN, desk.reference, (Act.DESK,)),
    Page("POST", "/work/desk", SIGNED_IN, desk.look_up, (Act.DESK,), desk.REFERENCE.draw),
    Page("GET", "/work/phone", SIGNED_IN, desk.phone, (Act.DESK,)),
    Page("POST", "/work/phone", SIGNED_IN, desk.ask, (Act.DESK,), desk.PHONE.draw),
)
MOVING = (
    Page("GET", "/inbox", SIGNED_IN, inbox.digest, (Act.NOTICES,)),
    Page("POST", "/inbox", SIGNED_IN, inbox.read, (Act.NOTICES,)),
    Page("POST", "/inbox/<uuid:item>/seen", SIGNED_IN, inbox.seen, (Act.NOTICES,)),
    Page("POST", "/work/hand-overs", SIGNED_IN, hand_overs.listed, (Act.HAND_OVER,)),
    Page("GET", "/work/hand-over", SIGNED_IN, hand_overs.offering, (Act.HAND_OVER,)),
    Page("POST", "/work/hand-over", SIGNED_IN, hand_overs.offer, (Act.HAND_OVER,), hand_overs.OFFER.draw),
    Page("POST", "/work/hand-overs/<uuid:hand_over>/accept", SIGNED_IN, hand_overs.accept, (Act.HAND_OVER,)),
    Page(
        "POST", "/work/hand-overs/<uuid:hand_over>/withdraw", SIGNED_IN, hand_overs.withdraw, (Act.HAND_OVER,)
    ),
    Page(
        "GET", "/work/hand-overs/<uuid:hand_over>/decline", SIGNED_IN, hand_overs.declining, (Act.HAND_OVER,)
    ),
    Page(
        "POST",
        "/work/hand-overs/<uuid:hand_over>/decline",
        SIGNED_IN,
        hand_overs.decline,
        (Act.HAND_OVER,),
        hand_overs.declining_again,
    ),
    Page("POST", "/work/orphans", SIGNED_IN, orphans.listed, (Act.ORPHANS,)),
    Page("POST", "/work/alerts", SIGNED_IN, alerts.listed, (Act.ALERT_RAISE,)),
    Page("GET", "/work/alerts/raise", SIGNED_IN, alerts.raising, (Act.ALERT_RAISE,)),
    Page("POST", "/work/alerts/raise", SIGNED_IN, alerts.raise_, (Act.ALERT_RAISE,), alerts.RAISE.draw),
    Page("POST", "/work/alerts/<uuid:alert>", SIGNED_IN, alerts.swept, (Act.ALERT_RAISE,)),
    Page("POST", "/work/alerts/<uuid:alert>/approve", SIGNED_IN, alerts.approve, (Act.ALERT_APPROVE,)),
    Page("GET", "/work/alerts/<uuid:alert>/end", SIGNED_IN, alerts.ending, (Act.ALERT_RAISE,)),
    Page(
        "POST",
        "/work/alerts/<uuid:alert>/end",
        SIGNED_IN,
        alerts.end,
        (Act.ALERT_RAISE,),
        alerts.ending_again,
    ),
    Page("GET", "/work/covert", SIGNED_IN, covert.show, (Act.COVERT,)),
    Page("POST", "/work/covert", SIGNED_IN, covert.note, (Act.COVERT,), covert.FORM.draw),
)
REVIEW = (
    Page("GET", "/review", SIGNED_IN, review.start, REVIEWING),
    Page("POST", "/review/links", SIGNED_IN, links.queue, (Act.REVIEW,)),
    Page("POST", "/review/links/<uuid:link>", SIGNED_IN, links.show, (Act.REVIEW,)),
    Page("POST", "/review/links/<uuid:link>/decide", SIGNED_IN, links.decide, (Act.REVIEW,)),
    Page("POST", "/review/lookups", SIGNED_IN, lookups.chosen, (Act.GUARD,)),
    Page("POST", "/review/lookups/<uuid:entry>", SIGNED_IN, lookups.said, (Act.GUARD,)),
    Page("POST", "/review/lookups/<uuid:entry>/review", SIGNED_IN, lookups.review, (Act.GUARD,)),
    Page("POST", "/review/alerts", SIGNED_IN, lookups.alerts, (Act.GUARD,)),
    Page("POST", "/review/alerts/<uuid:alert>/seen", SIGNED_IN, lookups.seen, (Act.GUARD,)),
    Page("POST", "/review/emergencies", SIGNED_IN, emergencies.waiting, (Act.EMERGENCY,)),
    Page("POST", "/review/emergencies/<uuid:emergency>", SIGNED_IN, emergencies.review, (Act.EMERGENCY,)),
    Page("POST", "/review/shields", SIGNED_IN, shields.kept, (Act.SHIELD_KEEP,)),
    Page("POST", "/review/shields/<uuid:shield>/review", SIGNED_IN, shields.review, (Act.SHIELD_KEEP,)),
    Page("GET", "/review/shields/<uuid:shield>/evidence", SIGNED_IN, shields.evidence, (Act.SHIELD_KEEP,)),
    Page(
        "POST",
        "/review/shields/<uuid:shield>/evidence",
        SIGNED_IN,
        shields.note_evidence,
        (Act.SHIELD_KEEP,),
        shields.evidence_again,
    ),
    Page("POST", "/review/shields/<uuid:shield>/clear", SIGNED_IN, shields.clear, (Act.SHIELD_KEEP,)),
    Page("POST", "/review/shields/<uuid:shield>/lift", SIGNED_IN, shields.lift, (Act.SHIELD_KEEP,)),
    Page("POST", "/review/asked", SIGNED_IN, shields.asked, (Act.SHIELD_KEEP,)),
    Page("POST", "/review/asked/<uuid:alert>/done", SIGNED_IN, shields.asked_done, (Act.SHIELD_KEEP,)),
)
ADMIN = (
    Page("GET", "/admin", SIGNED_IN, admin.start, (Act.ADMINISTER,)),
    Page("GET", "/admin/people", SIGNED_IN, people.everybody, (Act.ADMINISTER,)),
    Page("GET", "/admin/people/<name>", SIGNED_IN, people.form, (Act.ADMINISTER,)),
    Page("POST", "/admin/people/save", SIGNED_IN, people.save, (Act.ADMINISTER,), people.SAVE.draw),
    Page("POST", "/admin/people/papers", SIGNED_IN, people.papers, (Act.ADMINISTER,), people.PAPERS.draw),
    Page("POST", "/admin/people/leaver", SIGNED_IN, people.leaver, (Act.ADMINISTER,), people.LEAVER.draw),
    Page("POST", "/admin/people/suspend", SIGNED_IN, people.suspend, (Act.ADMINISTER,), people.SUSPEND.draw),
    Page(
        "POST",
        "/admin/people/account",
        SIGNED_IN,
        people.account,
        (Act.ADMINISTER,),
        people.ACCOUNT.draw,
        fresh=True,
    ),
    Page("POST", "/admin/people/restore", SIGNED_IN, people.restore, (Act.ADMINISTER,)),
    Page("POST", "/admin/people/agree", SIGNED_IN, people.agree, (Act.AGREE,)),
    Page("GET", "/admin/teams", SIGNED_IN, teams.everything, (Act.ADMINISTER,)),
    Page("GET", "/admin/teams/save", SIGNED_IN, teams.form, (Act.ADMINISTER,)),
    Page("POST", "/admin/teams/save", SIGNED_IN, teams.save, (Act.ADMINISTER,), teams.FORM.draw),
    Page("POST", "/admin/teams/<uuid:team>/proven", SIGNED_IN, teams.proven, (Act.ADMINISTER,)),
    Page("GET", "/admin/feeds", SIGNED_IN, feeds.runs, (Act.ADMINISTER,)),
    Page("POST", "/admin/feeds/decide", SIGNED_IN, feeds.decide, (Act.ADMINISTER,)),
    Page("GET", "/admin/quality", SIGNED_IN, quality.report, (Act.ADMINISTER,)),
)
RECORDS = (
    Page("GET", "/records", SIGNED_IN, records.start, KEEPING),
    Page("GET", "/records/ledger", SIGNED_IN, ledger.form, (Act.LEDGER,)),
    Page("POST", "/records/ledger", SIGNED_IN, ledger.search, (Act.LEDGER,), ledger.FORM.draw),
    Page("POST", "/records/holds", SIGNED_IN, holds.listed, (Act.HOLD,)),
    Page("GET", "/records/hold", SIGNED_IN, holds.placing, (Act.HOLD,)),
    Page("POST", "/records/hold", SIGNED_IN, holds.place, (Act.HOLD,), holds.PLACE.draw),
    Page("GET", "/records/holds/<uuid:hold>/renew", SIGNED_IN, holds.renewing, (Act.HOLD,)),
    Page(
        "POST", "/records/holds/<uuid:hold>/renew", SIGNED_IN, holds.renew, (Act.HOLD,), holds.renewing_again
    ),
    Page("POST", "/records/holds/<uuid:hold>/open", SIGNED_IN, holds.open_, (Act.HOLD,)),
    Page("POST", "/records/holds/<uuid:hold>/lift", SIGNED_IN, holds.lift, (Act.HOLD,)),
    Page("GET", "/records/erase", SIGNED_IN, erase.show, (Act.ERASE,)),
    Page("POST", "/records/erase", SIGNED_IN, erase.erase, (Act.ERASE,), erase.FORM.draw),
    Page("GET", "/records/subject-access/waiting", SIGNED_IN, subject_access.waiting, (Act.SUBJECT_ACCESS,)),
    Page("GET", "/records/subject-access", SIGNED_IN, subject_access.taking, (Act.SUBJECT_ACCESS,)),
    Page(
        "POST",
        "/records/subject-access",
        SIGNED_IN,
        subject_access.take,
        (Act.SUBJECT_ACCESS,),
        subject_access.TAKE.draw,
    ),
    Page(
        "GET",
        "/records/subject-access/<uuid:request>",
        SIGNED_IN,
        subject_access.making,
        (Act.SUBJECT_ACCESS,),
    ),
    Page(
        "POST",
        "/records/subject-access/<uuid:request>",
        SIGNED_IN,
        subject_access.make,
        (Act.SUBJECT_ACCESS,),
        subject_access.making_again,
    ),
    Page("GET", "/records/packs/<uuid:kept>/<name>", SIGNED_IN, subject_access.file, (Act.SUBJECT_ACCESS,)),
)
PAGES = (*PUBLIC, *SIGNING_IN, *LOOKING, *WORKING, *MOVING, *REVIEW, *ADMIN, *RECORDS)
DEMO_PAGES = (
    Page("GET", "/demo-identity/.well-known/openid-configuration", OPEN, demo_identity.description),
    Page("GET", "/demo-identity/keys", OPEN, demo_identity.keys),
    Page("GET", "/demo-identity/authorize", OPEN, demo_identity.choose),
    Page("POST", "/demo-identity/authorize", OPEN, demo_identity.chosen),
    Page("POST", "/demo-identity/token", OPEN, demo_identity.token, foreign=True),
    Page("GET", "/demo-identity/end", OPEN, demo_identity.end),
)
WRITES = frozenset({"/sign-in/back"})  # the one GET that writes: it ends a sign-in that a form began
