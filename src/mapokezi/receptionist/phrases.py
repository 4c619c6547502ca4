"""The clerk's fixed sentences. Each has ways of saying it, so that none is heard thrice alike."""

from __future__ import annotations

PHRASES: dict[str, tuple[str, ...]] = {
    "greeted": ("Hello. How can I help you?", "Hello there. What can I do for you?"),
    "fine": ("I am well, thank you. How can I help you?", "Very well, thank you. How can I help?"),
    "name_noted": ("Hello {name}. How can I help you?", "Thank you. How can I help you?"),
    "welcome": (
        "You are welcome. Is there anything else?",
        "My pleasure. Is there anything else I can do?",
    ),
    "anything_else": (
        "Is there anything else I can help you with?",
        "Anything else?",
        "What else can I do for you?",
    ),
    "yes_what": ("Yes, go ahead. How can I help?", "Please tell me how I can help."),
    "identity": (
        (
            "I am the automated receptionist of {office}. I can answer questions, take a message, "
            "or connect you to a person. What would you like?"
        ),
        (
            "Yes, I am an automated receptionist, not a person. I can connect you to one, or take "
            "a message. What would you like?"
        ),
    ),
    "no_advice": (
        (
            "I am sorry, I cannot say anything about that. I can pass your question on. Shall I "
            "take a message?"
        ),
        (
            "That is something only our people may answer. Shall I take a message, so that one of "
            "them calls you back?"
        ),
    ),
    "dont_know": (
        "I don't know that. Shall I take a message, so that somebody calls you back about it?",
        "I am sorry, I have no answer to that. Shall I pass the question on in a message?",
    ),
    "not_now": (
        "That I cannot answer, but you may put it into your message.",
        "I have no answer to that; it can go into the message.",
    ),
    "unclear_1": (
        "I am sorry, I did not catch that. Could you say it in other words?",
        "Sorry, I did not understand. Please say it another way.",
    ),
    "unclear_2": (
        (
            "I can tell you our opening hours, answer a question about the office, take a message, "
            "or connect you to a person. Which would you like?"
        ),
        "Let me help: say hours, message, or a person.",
    ),
    "unclear_3": (
        "I am having trouble hearing you. Shall I take a message, so that somebody calls you back?",
        "The line is not good. May I take a message for you?",
    ),
    "trouble_hand_over": (
        "I will try to get a person for you.",
        "Let me see whether a person can help.",
    ),
    "nothing_heard": ("I did not hear anything.", "I could not hear you."),
    "take_your_time": ("Of course, take your time.", "No hurry. I am here."),
    "connect_try": (
        "One moment, let me try {who}.",
        "All right. One moment, I will try {who}.",
    ),
    "connecting": (
        "I am connecting you to {who} now. Please hold.",
        "I am connecting you now, to {who}. Please stay on the line.",
    ),
    "no_connection": (
        "I am sorry, I cannot put you through just now. {why} Shall I take a message instead?",
        "That did not work just now. {why} May I take a message?",
    ),
    "no_connection_in_message": (
        "I am sorry, I cannot put you through just now. {why} Let us finish your message.",
        "I still cannot put you through. {why} Let me complete the message.",
    ),
    "came_back": (
        "{who} did not pick up. Shall I take a message?",
        "I could not reach {who}. May I take a message?",
    ),
    "came_back_in_message": ("{who} did not pick up. Let us finish your message.",),
    "back_in_doubt": (
        "You are with me again. Shall I take a message for {who}?",
        "I have you back on the line. May I take a message for {who}?",
    ),
    "back_in_doubt_in_message": ("You are with me again. Let us finish your message.",),
    "emergency": (
        "If this is an emergency, please hang up and dial 9 9 9 or 1 1 2.",
        "In an emergency, please hang up and call 9 9 9 or 1 1 2 first.",
    ),
    "marked_urgent": ("I am marking this as urgent.",),
    "did_you_mean_person": (
        "Did you mean {who}?",
        "Was that {who}?",
    ),
    "which_person": (
        "Whom do you mean: {choices}?",
        "Which of them would you like: {choices}?",
    ),
    "no_such_person": (
        (
            "I could not match that name to anybody here. Please say the name again, or say "
            "reception to be connected there."
        ),
        (
            "I am sorry, I still do not know that name. I can connect you to the reception or take "
            "a message. Which would you like?"
        ),
    ),
    "person_is": (
        "{who} is our {role}. Shall I connect you, or take a message?",
        "That is {who}, our {role}. Would you like to be connected, or leave a message?",
    ),
    "did_you_want": ("Would you like {one}?", "Did you want {one}?"),
    "which_wish": (
        "Would you like {one}, or {other}?",
        "Which is it: {one}, or {other}?",
    ),
    "message_start": ("I will take a message for {who}.", "All right, a message for {who}."),
    "name_again": (
        "I did not catch the name. Please say just your name.",
        "I am sorry, please say your first and last name once more.",
    ),
    "confirm_name": ("{name}. Is that right?", "I have {name}. Did I get that right?"),
    "confirm_name_spelled": (
        "I have {name}, spelled {letters}. Is that right?",
        "Is your name {name}, spelled {letters}?",
    ),
    "spell_name": (
        "I am sorry. Please spell your {part} for me, letter by letter.",
        "Let us try it letter by letter. How is your {part} spelled?",
    ),
    "spell_with_words": (
        "Let us try it another way. Please spell it with words, like O for orange.",
    ),
    "name_unsure": ("I will write {name}, and mark that we are not sure of it.",),
    "no_name": ("All right, I will leave the name out.",),
    "own_number": (
        "Shall we call you back on the number you are calling from, ending {ending}?",
        "May we reach you on this number, the one ending {ending}?",
    ),
    "which_number": (
        "Which number shall we call? Please say it digit by digit.",
        "What is the number, digit by digit?",
    ),
    "number_go_on": ("{digits}. Please go on.", "I have {digits} so far. And then?"),
    "number_short": (
        (
            "I heard {digits}, and that is not a whole number. Please say the whole number again, "
            "slowly."
        ),
        "I have only {digits}. Please say all the digits once more.",
    ),
    "number_wrong_length": (
        (
            "I heard {digits}, but that does not look like a telephone number. Please say it "
            "again, digit by digit."
        ),
        "{digits} cannot be right. Please say the number once more.",
    ),
    "number_again": (
        "I did not catch the number. Please say it digit by digit.",
        "I am sorry, I missed the number. Once more, please, one digit at a time.",
    ),
    "number_by_keys": (
        "Please type the number on your keypad, and press the hash key at the end.",
        "Let us try the keypad. Please type the number, then press hash.",
    ),
    "number_unsure": (
        "I will note {digits} and mark that we are not sure of it.",
        "I will note the number as not sure.",
    ),
    "number_none": ("I will leave the number out.",),
    "confirm_number": (
        "{digits}. Is that right?",
        "I have {digits}. Did I get that right?",
    ),
    "reason_again": (
        "In a few words, what is it about?",
        "What shall I write down for them?",
    ),
    "reason_unsure": ("I will note that you will explain it when they call.",),
    "thanks": ("Thank you.", "Good.", "All right."),
    "read_back": (
        "Let me read it back. {summary} Is that right?",
        "So, once more. {summary} Is it right now?",
    ),
    "what_to_change": (
        "What should I change: the name, the number, or the message?",
        "Which part is wrong: the name, the number, or the message?",
    ),
    "shall_i_take_one": ("Shall I take a message?", "Would you like to leave a message?"),
    "saved": (
        "Your message is saved, and {who} will have it.",
        "It is saved. {who_capital} will have your message.",
    ),
    "not_saved": (
        "I am sorry, I could not save your message. Shall I try again?",
        "It is still not saved. Shall I try once more?",
    ),
    "not_saved_at_all": (
        "I am sorry, your message is not saved. Please call us again a little later.",
    ),
    "cancelled": (
        "All right, I will leave that. Is there anything else?",
        "Very well, no message. Is there anything else?",
    ),
    "yes_or_no": (
        "Please say yes or no, or press 1 for yes and 2 for no.",
        "Was that a yes or a no? You can also press 1 for yes, or 2 for no.",
    ),
    "which_of_two": ("Shall I connect you, or take a message?", "Connect you, or a message?"),
}
"""Every fixed sentence by its key; ``{...}`` is filled in."""

FIRST_THINGS = {
    "name": ("May I have your full name, please?", "What is your name, please?"),
    "number": ("What number can we reach you on?", "Which number shall we call?"),
    "reason": ("What is your message about?", "What is the message?"),
    "best_time": ("When is a good time to call you back?", "What time suits you for a call?"),
}
"""What is asked for a slot if the office has no question of its own, and the second wording."""
