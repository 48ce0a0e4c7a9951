"""Every command by its name. The names are the Updates' and Signals' names, so they are never changed."""

from __future__ import annotations

from typing import get_args

from models.activity import CancelActivity, CompleteActivity, OpenActivity, ReachMilestone, SetMilestone
from models.address import ConfirmAddress, RecordBounce
from models.agreement_term import ConfirmTerm, Expire, RenewTerm, SetTerm, Terminate
from models.care import Acknowledge, ExtendSuspension, MakeDormant, RecordReview, Resume, Revive, Suspend
from models.command import Command
from models.contact import CancelMeeting, CorrectContact, PlanMeeting, RecordContact, SetRhythm, WithdrawContact
from models.dialogue import CompleteNextStep, RecordSteeringGroup, SetNextStep, SetPlan
from models.formal_steps import (
    BeginDrafting,
    GrantClearance,
    RecordDecision,
    RecordPartnerApproval,
    Register,
    ReturnWithRemarks,
    SetSpheres,
    Sign,
    SubmitForClearance,
    WithdrawStep,
)
from models.lifecycle import Accept, AdoptPolicy, Confirm, End
from models.outreach import (
    AddCandidate,
    AddText,
    ChooseCandidate,
    DropCandidate,
    RecordLetter,
    RecordReply,
    SetLanguages,
    WithdrawText,
)
from models.party import AddParty, HoldParty, NamePerson, RemoveParty, ResumeParty
from models.proposal import AnswerProposal, Propose, WithdrawProposal
from models.stage import Advance

AnyCommand = (
    Accept
    | Acknowledge
    | AddCandidate
    | AddParty
    | AddText
    | AdoptPolicy
    | Advance
    | AnswerProposal
    | BeginDrafting
    | CancelActivity
    | CancelMeeting
    | ChooseCandidate
    | CompleteActivity
    | CompleteNextStep
    | Confirm
    | ConfirmAddress
    | ConfirmTerm
    | CorrectContact
    | DropCandidate
    | End
    | Expire
    | ExtendSuspension
    | GrantClearance
    | HoldParty
    | MakeDormant
    | NamePerson
    | OpenActivity
    | PlanMeeting
    | Propose
    | ReachMilestone
    | RecordBounce
    | RecordContact
    | RecordDecision
    | RecordLetter
    | RecordPartnerApproval
    | RecordReply
    | RecordReview
    | RecordSteeringGroup
    | Register
    | RemoveParty
    | RenewTerm
    | Resume
    | ResumeParty
    | ReturnWithRemarks
    | Revive
    | SetLanguages
    | SetMilestone
    | SetNextStep
    | SetPlan
    | SetRhythm
    | SetSpheres
    | SetTerm
    | Sign
    | SubmitForClearance
    | Suspend
    | Terminate
    | WithdrawContact
    | WithdrawProposal
    | WithdrawStep
    | WithdrawText
)
"""The union of all commands, told apart by `kind`."""

COMMANDS: dict[str, type[Command]] = {command.model_fields["kind"].default: command for command in get_args(AnyCommand)}
"""Every command's class by its name."""
