"""A parent's own words: said to the child, and what set it off, how long, what was done.

The first table of each function was there while it was written; the `FRESH_` tables were written
afterwards, by other imagined parents, and guard against rules that fit only the first.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.language.duration import find_duration, in_words
from bot.language.pipeline import read
from bot.language.retelling import to_child
from bot.language.rupture import find_rupture
from bot.language.trigger import find_trigger

NAMES = ("Leo", "Mia", "Sam")

TO_CHILD = [
    ("screamed at my son over his shoes", "screamed at you over your shoes"),
    ("her tower fell", "your tower fell"),
    ("he couldn't find the left one", "you couldn't find the left one"),
    ("he couldnt find the left one", "you couldn't find the left one"),
    ("he wants the blue cup", "you want the blue cup"),
    ("she was tired", "you were tired"),
    ("he's tired", "you're tired"),
    ("hes tired", "you're tired"),
    ("she has a cold and hasn't slept", "you have a cold and haven't slept"),
    ("she doesnt like peas", "you don't like peas"),
    ("it was his", "it was yours"),
    ("by himself", "by yourself"),
    ("i told her no and she cried", "I told you no and you cried"),
    ("my kid wont listen", "you won't listen"),
    ("yelled at the kids because they were fighting", "yelled at you because you were fighting"),
    ("snapped at my 4 year old", "snapped at you"),
    ("my little one screams and throws things", "you scream and throw things"),
    ("the baby wouldnt stop crying", "you wouldn't stop crying"),
    ("his dad left", "your dad left"),
    ("his brother broke it", "your brother broke it"),
    ("his teacher said he was rude", "your teacher said you were rude"),
    ("her brother knocked it over and he laughed", "your brother knocked it over and he laughed"),
    (
        "my husband shouted at her and he slammed the door",
        "my husband shouted at you and he slammed the door",
    ),
    ("my husband said hed do it", "my husband said he'd do it"),
    ("my son Leo wanted his bear", "you wanted your bear"),
    ("look for them with him the night before", "look for them with you the night before"),
    ("i yelled at them", "I yelled at you"),
    ("they were out of blue cups", "they were out of blue cups"),
    ("they wouldnt listen", "you wouldn't listen"),
    ("why is he crying", "why are you crying"),
    ("she hit the baby", "you hit the baby"),
    ("my 4yo's tower fell", "your tower fell"),
    ("my son's tired", "you're tired"),
    ("my son's new shoes got wet", "your new shoes got wet"),
    ("he's been sad and he's lost his teddy", "you've been sad and you've lost your teddy"),
    ("he likes cars and trucks", "you like cars and trucks"),
    ("he came home and slams the door", "you came home and slam the door"),
    ("told her she was stupid", "told you you were stupid"),
    ('he said "i hate you"', 'you said "I hate you"'),
    ("my daughter 14 wont talk to me", "you won't talk to me"),
    ("my daughter hit my son", "you hit my son"),
    ("her friends went to the cinema without her", "your friends went to the cinema without you"),
    ("Leo's tower fell and Leo cried", "Your tower fell and you cried"),
    ("i turned off the tv", "I turned off the tv"),
    ("she goes quiet and hides her face", "you go quiet and hide your face"),
    ("he really wants me to stay", "you really want me to stay"),
    ("my mum said she was spoilt", "my mum said she was spoilt"),
    ("both my kids were fighting", "both of you were fighting"),
    ("he isn't ready", "you aren't ready"),
    ("she's scared", "you're scared"),
    ("I was rushing", "I was rushing"),
    ("He never gets to choose", "You never get to choose"),
    ("his friend wouldn't let him play", "your friend wouldn't let you play"),
    ("her mom and I fought", "your mom and I fought"),
    ("the kids at school laughed at her", "the kids at school laughed at you"),
    ("that's his", "that's yours"),
    ("made her cry", "made you cry"),
    ("called her a baby in front of her friends", "called you a baby in front of your friends"),
    ("let her down", "let you down"),
    ("grabbed the tablet out of his hands", "grabbed the tablet out of your hands"),
    ("our twins were hungry", "you were hungry"),
    ("he has to go and he hates it", "you have to go and you hate it"),
    ("does he need help", "do you need help"),
]

FRESH_TO_CHILD = [
    ("my lad smashed his tablet and blamed me", "you smashed your tablet and blamed me"),
    ("she goes mad whenever her nan leaves", "you go mad whenever your nan leaves"),
    ("he's broken his arm", "you've broken your arm"),
    ("the little one misses her dad", "you miss your dad"),
    ("told my daughter her painting was rubbish", "told you your painting was rubbish"),
    ("my youngest hates baths", "you hate baths"),
    ("shes always the last one picked up", "you're always the last one picked up"),
    ("ripped up his drawing in front of him", "ripped up your drawing in front of you"),
    ("they both cried when i left them with their gran", "you both cried when I left you with your gran"),
    (
        "our eldest doesnt want to go to school because hes scared",
        "you don't want to go to school because you're scared",
    ),
    ("made her eat all of her peas", "made you eat all of your peas"),
    ("i let her cry herself to sleep", "I let you cry yourself to sleep"),
    ("didnt let him finish what he was saying", "didn't let you finish what you were saying"),
    ("she thinks nobody likes her", "you think nobody likes you"),
    ("compared him to his sister", "compared you to your sister"),
    ("his grandad promised him a bike", "your grandad promised you a bike"),
    (
        "my mother in law told her she was fat and she cried",
        "my mother in law told you you were fat and you cried",
    ),
    ("he tries so hard and gets nothing back", "you try so hard and get nothing back"),
    ("was he hungry", "were you hungry"),
    ("i took her phone off her", "I took your phone off you"),
    ("grabbed her arm too hard", "grabbed your arm too hard"),
    ("walked out while she was still crying", "walked out while you were still crying"),
    ("i said it was her own fault", "I said it was your own fault"),
    ("forgot his birthday party", "forgot your birthday party"),
    ("that toy isnt hers its her cousins", "that toy isn't yours it's your cousins"),
    ("pushed him away when he wanted a cuddle", "pushed you away when you wanted a cuddle"),
    ("my teen slams his door and plays loud music", "you slam your door and play loud music"),
    ("he's got a new baby sister", "you've got a new baby sister"),
    ("lied to her about the cat", "lied to you about the cat"),
    ("her teacher rang and said shes been hitting", "your teacher rang and said you've been hitting"),
    ("ignored my 3 year old's cries", "ignored your cries"),
    ("i dragged my five-year-old out of the shop", "I dragged you out of the shop"),
    ("hes not a bad kid he just needs sleep", "you're not a bad kid you just need sleep"),
    ("sent her upstairs without her tea", "sent you upstairs without your tea"),
    ("read her diary", "read your diary"),
    ("shouted at her until she shook", "shouted at you until you shook"),
    ("watch her favourite show with her", "watch your favourite show with you"),
    ("ask him about his day and really listen", "ask you about your day and really listen"),
    ("Mia wanted me to watch her dance", "you wanted me to watch you dance"),
    ("i never told Sam I was sorry", "I never told you I was sorry"),
    ("he's only little and he doesnt understand", "you're only little and you don't understand"),
    ("she'd been looking forward to it all week", "you'd been looking forward to it all week"),
    ("my stepson thinks I hate him", "you think I hate you"),
    ("took the pencil out of her hand", "took the pencil out of your hand"),
    ("her nursery friends left her out", "your nursery friends left you out"),
    ("his little brother bit him and he got the blame", "your little brother bit you and you got the blame"),
    ("i snapped at my two girls for giggling", "I snapped at you for giggling"),
    (
        "hurried her along when she wanted to show me a snail",
        "hurried you along when you wanted to show me a snail",
    ),
    ("didn't notice he was shaking", "didn't notice you were shaking"),
    ("she isnt a baby anymore", "you aren't a baby anymore"),
    ("told my boy to man up", "told you to man up"),
    ("hold her hand on the way in", "hold your hand on the way in"),
    ("he has his own way of doing things", "you have your own way of doing things"),
    ("my wife said she'd pick him up", "my wife said she'd pick you up"),
    ("my daughter and her friend were laughing", "you and your friend were laughing"),
    ("what does she want from me", "what do you want from me"),
    ("she says she's fine and shuts her door", "you say you're fine and shut your door"),
    ("grounded them for fighting", "grounded you for fighting"),
]

TRIGGERS = [
    ("she's been screaming 40 min bc her tower fell shes 4", "her tower fell"),
    ("he screamed for an hour over the blue cup", "the blue cup"),
    ("crying since i turned off the tv", "i turned off the tv"),
    ("he is raging because his brother got the bigger half", "his brother got the bigger half"),
    ("lost it when I cut his toast wrong", "I cut his toast wrong"),
    (
        "14 wont talk to me since her friends went to the cinema without her. says shes FINE",
        "her friends went to the cinema without her",
    ),
    ("she is upset since march", None),
    ("meltdown after school", None),
    ("he screams when i get home", None),
    ("about 40 minutes", None),
    ("she cried for over an hour", None),
    ("over and over he hits me", None),
    ("tantrum all because I said no to ice cream and now she wont come out", "I said no to ice cream"),
    ("he's been crying cos his fish died please help", "his fish died"),
    ("when i turned off the ipad he threw it at me", "i turned off the ipad"),
    ("meltdown over shoes again", "shoes"),
    ("full on tantrum about brushing teeth what do i do", "brushing teeth"),
    ("she's hysterical because i gave her the wrong plate any ideas", "i gave her the wrong plate"),
    ("screaming bc she cant find her bunny", "she cant find her bunny"),
    ("ever since the new baby came he hits", "the new baby came"),
    ("he knocked over his milk and is crying", None),
    ("i'm worried about my son", None),
    ("he's so upset that his friend moved away", "his friend moved away"),
    ("he has been kicking off since we left the park, hes 3", "we left the park"),
    ("she is in bits after losing the match", "losing the match"),
    ("because of the wrong socks she wont leave", "the wrong socks"),
    ("he wont stop crying because he's only 2", None),
    ("he was fine when he was little", None),
    ("he freaked out as i was putting on his coat", "i was putting on his coat"),
    ("we had a fight over screen time", "screen time"),
    ("he's sobbing because nobody came to his party", "nobody came to his party"),
    ("she lost it over the cup he wanted", "the cup he wanted"),
    (
        "kicking and screaming because i told him he couldn't have a cookie",
        "i told him he couldn't have a cookie",
    ),
    ("Screaming because wrong cup", "wrong cup"),
    ("he fell over the toys", None),
    ("tell me about attachment", None),
    ("how do i know when he is sad", None),
    ("she's furious that i read her messages", "i read her messages"),
    ("crying bc i dont know what to do", None),
    ("meltdown in the shop over sweets for 20 minutes now", "sweets"),
    ("he threw a fit over the blue cup and threw it at me", "the blue cup"),
    ("she is screaming because the cat ate her sandwich it's been half an hour", "the cat ate her sandwich"),
    ("He's been inconsolable since his grandad died.", "his grandad died"),
    ("when we leave the playground he bites me", "we leave the playground"),
]

FRESH_TRIGGERS = [
    ("my lad's been at it for 25 mins cos I wouldnt buy him a magazine", "I wouldnt buy him a magazine"),
    ("total meltdown over a broken banana lol", "a broken banana"),
    ("She's sobbing because her hamster passed away this morning", "her hamster passed away"),
    ("He won't speak to us since we took his phone away", "we took his phone away"),
    ("in floods of tears after her best mate said she hated her", "her best mate said she hated her"),
    ("tantrum about the car seat AGAIN what do i do", "the car seat"),
    ("screaming the house down because daddy left for work", "daddy left for work"),
    ("bit his cousin when she took his train", "she took his train"),
    ("she's been howling ever since i weaned her", "i weaned her"),
    ("the twins are fighting over the tablet", "the tablet"),
    ("he's furious cuz his game got deleted", "his game got deleted"),
    (
        "my teenager is devastated because her boyfriend dumped her by text",
        "her boyfriend dumped her by text",
    ),
    ("hes been whining since breakfast", None),
    ("she cries every time i put her down", "i put her down"),
    ("I don't know why she's crying", None),
    (
        "he lost it because the sandwich was cut in squares not triangles",
        "the sandwich was cut in squares not triangles",
    ),
    ("my toddler had a meltdown because he had to wear shoes", "he had to wear shoes"),
    ("he's been awful since the divorce", "the divorce"),
    ("she threw herself on the floor when I said we had to leave", "I said we had to leave"),
    ("is it normal to cry over everything", None),
    ("so upset because she wasn't picked for the team", "she wasn't picked for the team"),
    ("he's 6 and melts down about homework every night", "homework every night"),
    ("after i dropped her off she screamed for an hour", "i dropped her off"),
    ("I get so stressed about money", None),
    ("we can talk about it tomorrow", None),
    ("he kicked me because he is so angry", "he is so angry"),
    ("crying bc mum went out, she's 2", "mum went out"),
    ("he's hiding under the table because it's too loud in here", "it's too loud in here"),
    ("she got mad at her brother over a lego set and threw it", "a lego set"),
    ("raging because the wifi went down", "the wifi went down"),
    ("my son came over and hit me", None),
    ("been crying since I told her nana can't come", "I told her nana can't come"),
    ("he was up all night because of the storm", "the storm"),
    ("what should i say when he cries", None),
    ("she started screaming when the dog barked at her", "the dog barked at her"),
    ("he's going mental because I put his socks on inside out", "I put his socks on inside out"),
    ("she's been weepy ever since her nan moved out", "her nan moved out"),
    ("massive strop over a goodnight kiss I forgot", "a goodnight kiss I forgot"),
    ("screeching cause his sister looked at him, he's 5", "his sister looked at him"),
    ("refusing to get out of the car because there's a wasp", "there's a wasp"),
    ("my 9yo is gutted about the cancelled trip", "the cancelled trip"),
    ("the baby screams as soon as I lay him down", "I lay him down"),
    ("she bit me after I took the marker away", "I took the marker away"),
    ("he's upset but I've no idea why", None),
    ("she has cried since tuesday", None),
    ("we talked about school", None),
    ("lost the plot over a sock. one sock.", "a sock"),
    ("he bawled when the blender went on and now hes clinging to my leg", "the blender went on"),
    ("daughter's in tears because of something her coach said", "something her coach said"),
    ("he hits when he's tired", None),
    ("she's raging that her sister got new shoes", "her sister got new shoes"),
]

DURATIONS = [
    ("she's been screaming 40 min bc her tower fell shes 4", "Forty minutes"),
    ("he screamed for an hour over the blue cup", "An hour"),
    ("half an hour of crying", "Half an hour"),
    ("45mins now", "Forty-five minutes"),
    ("crying since 6", None),
    ("he's been at it the last 2 hours", "Two hours"),
    ("she cried all evening", "All evening"),
    ("been screaming for ages", "Ages"),
    ("18 months old and screaming", None),
    ("for 3 years", None),
    ("its been an hour and a half", "An hour and a half"),
    ("2.5 hours of screaming", "Two and a half hours"),
    ("he gets 30 mins of screen time then he screams", None),
    ("10 minutes ago he hit me", None),
    ("tantrum for over an hour", "Over an hour"),
    ("every 20 minutes he cries", None),
    ("sobbing for about 20 minutes", "Twenty minutes"),
    ("I gave a 5 minute warning and he screamed", None),
    ("i worked for 3 hours", None),
    ("she won't calm down, 90 minutes", "Ninety minutes"),
    ("screaming for a couple hours", "A couple of hours"),
    ("40 min", "Forty minutes"),
    ("i screamed at him for an hour", None),
    ("hes been kicking the door 1 hr", "An hour"),
    ("she has been crying on and off for twenty five minutes", "Twenty-five minutes"),
    ("he slept for 2 hours", None),
    ("crying for hours", "Hours"),
    ("120 min meltdown", "Two hours"),
    ("screamed the whole night", "The whole night"),
    ("he can count to 20 in 2 min", None),
]

FRESH_DURATIONS = [
    ("25 mins of hell", None),
    ("he's been howling for about three quarters of an hour", "Three quarters of an hour"),
    ("shes screamed for 2 hrs straight", "Two hours"),
    ("My 4 year old has been crying for fifty minutes", "Fifty minutes"),
    ("nearly an hour of crying", "Nearly an hour"),
    ("its been 15 minutes and shes still crying", "Fifteen minutes"),
    ("he naps for 2 hours then cries", None),
    ("crying all day", "All day"),
    ("She's been sobbing in her room the past hour", "An hour"),
    ("an hour now", "An hour"),
    ("school starts in 10 minutes and he's screaming", None),
    ("baby has been crying for like 3 hours", "Three hours"),
    ("we waited 40 minutes at the doctor", None),
    ("5 minutes ago he was fine", None),
    ("tantrums lasting over 30 minutes", "Over thirty minutes"),
    ("he's raged all morning", "All morning"),
    ("she's 3 and screaming", None),
    ("thirty-five min meltdown", "Thirty-five minutes"),
    ("I was on the phone for an hour and he started crying", None),
    ("for the last half hour she's been hysterical", "Half an hour"),
]

RUPTURES = [
    (
        "i totally lost it and screamed at my son over his shoes. he just looked at me",
        "screamed at my son over his shoes",
    ),
    ("I snapped at her for spilling the milk", "snapped at her for spilling the milk"),
    ("i called him a baby", "called him a baby"),
    ("called him a baby", "called him a baby"),
    ("I slammed the door in her face", "slammed the door in her face"),
    ("told him he was useless", "told him he was useless"),
    ("i missed her recital", "missed her recital"),
    ("I broke my promise to take him swimming", "broke my promise to take him swimming"),
    ("ignored her all evening", "ignored her all evening"),
    ("i grabbed the tablet out of his hands", "grabbed the tablet out of his hands"),
    ("I ended up yelling", "ended up yelling"),
    ("i shouldn't have shouted at him", "shouted at him"),
    ("i shouldnt have shouted at him", "shouted at him"),
    ("i yelled", "yelled"),
    ("I'm a screamer", None),
    ("my husband shouted at her", None),
    ("I didn't yell", None),
    ("how do I stop yelling", None),
    ("i lost my temper", "lost my temper"),
    ("I yelled at her because she wouldnt put her coat on", "yelled at her"),
    ("feel so guilty for yelling at him and slamming the door", "yelled at him and slammed the door"),
    ("I screamed at him and now he wont talk to me", "screamed at him"),
    ("i almost yelled at him", None),
    ("my mum screamed at me as a kid", None),
    ("i keep shouting at the kids", "shouted at the kids"),
    ("he yelled and i yelled back", "yelled back"),
    ("i wish i hadnt yelled at her", "yelled at her"),
    ("I want to yell at him", None),
    ("i hate that i yelled at my daughter this morning", "yelled at my daughter"),
    ("she screamed for an hour over the blue cup", None),
    ("screamed for an hour over the blue cup", None),
    ("i told her to shut up", "told her to shut up"),
    ("I told him dinner was ready", None),
    ("I told her i was sorry", None),
    ("i've been snapping at everyone", "snapped at everyone"),
    ("i was yelled at by my boss", None),
    ("i forgot to pick her up from school", "forgot to pick her up from school"),
    ("yelled at the kids again i feel awful", "yelled at the kids again"),
    ("Just lost it with my 4yo. Screamed in his face", "Screamed in his face"),
    ("I was so mean to her tonight", "was so mean to her"),
    ("i never yell", None),
    ("i worry about yelling at him", None),
    ("should i apologise for shouting at my teenager", "shouted at my teenager"),
    ("i screamed at him he just looked at me", "screamed at him"),
    ("i threw his toy across the room", "threw his toy across the room"),
    ("his dad called him lazy", None),
    ("I smacked him and i feel sick", "smacked him"),
    ("my son and I fought and i called him selfish", "called him selfish"),
    ("lost it with her at bedtime", "lost it with her at bedtime"),
]

FRESH_RUPTURES = [
    ("I smacked her bottom when she ran into the road", "smacked her bottom when she ran into the road"),
    ("I told my daughter she was being a drama queen", "told my daughter she was being a drama queen"),
    ("i completely forgot about her school play", "forgot about her school play"),
    ("Threw his lego in the bin in front of him", "Threw his lego in the bin in front of him"),
    ("I feel terrible about screaming at the twins this morning", "screamed at the twins"),
    ("I laughed at him when he was scared", "laughed at him when he was scared"),
    ("me and my husband were screaming at each other in front of her", None),
    (
        "I've just shouted at my 2 year old for drawing on the wall",
        "shouted at my 2 year old for drawing on the wall",
    ),
    ("I pushed him off me a bit too hard", "pushed him off me a bit too hard"),
    ("my ex yelled at our son", None),
    ("she hit me so i hit her back", "hit her back"),
    ("I said something awful to my teenager", "said something awful to my teenager"),
    ("i was on edge all day and ended up snapping at my little girl", "ended up snapping at my little girl"),
    ("can you help me stop shouting", None),
    ("I wasn't yelling", None),
    ("i read her texts and now she hates me", "read her texts"),
    ("i lied to her about her hamster", "lied to her about her hamster"),
    ("I grabbed his arm way too hard", "grabbed his arm way too hard"),
    ("my dad hit me as a child and i swore id never hit mine", None),
    ("I let him down by not turning up", "let him down by not turning up"),
    ("I'm scared I'll hit him", None),
    ("he screamed so I slammed his bedroom door", "slammed his bedroom door"),
    ("I shamed her in front of her whole class", "shamed her in front of her whole class"),
    ("I made my son cry over maths", "made my son cry over maths"),
    ("ignored his crying for an hour", "ignored his crying for an hour"),
    ("i dont want to yell anymore", None),
    ("I locked her in her room", "locked her in her room"),
    ("I cancelled on him again and he cried", "cancelled on him again"),
    ("I compared her to her sister", "compared her to her sister"),
    ("i should never have called him fat", "called him fat"),
    ("honestly i just blew up at her over a spilled drink", "blew up at her over a spilled drink"),
    ("Slapped his hand away and he cried", "Slapped his hand away"),
    ("i told my 8 year old she was being pathetic", "told my 8 year old she was being pathetic"),
    ("I've been so short with her all week", "was so short with her all week"),
    ("why did I shout at her like that", None),
    ("i raised my voice at him in the library", "raised my voice at him in the library"),
    ("tonight I dragged him up the stairs", "dragged him up the stairs"),
    ("I didn't show up to his match", "didn't show up to his match"),
    ("her father yells at her every weekend", None),
    ("if I yell again he'll hate me", None),
    ("I walked out on him mid sentence", "walked out on him mid sentence"),
    ("i wasnt listening when she told me", "wasnt listening when she told me"),
    ("I regret calling her fat", "called her fat"),
    ("he says I embarrassed him at pickup", "embarrassed him at pickup"),
    ("sometimes I want to scream", None),
    ("so I yanked the headphones off his head", "yanked the headphones off his head"),
]

# Anything a keyboard can send, weighted towards the words that the rules turn on.
WORDS = st.sampled_from(
    [
        "i",
        "he",
        "she",
        "they",
        "it",
        "his",
        "her",
        "him",
        "my",
        "son",
        "the",
        "kids",
        "and",
        "but",
        "when",
        "because",
        "bc",
        "over",
        "about",
        "was",
        "were",
        "is",
        "'s",
    ]
    + [
        "screamed",
        "yelling",
        "at",
        "shoes",
        "4",
        "yo",
        "an",
        "hour",
        "for",
        "40",
        "min",
        "half",
        "all",
        "evening",
        "told",
        "cried",
        "wants",
        "cup",
        "no",
    ]
    + ["not", "didn't", ".", ",", "!", "?", '"', "(", "im", "hes", "dont", "Leo", "Will"]
)
CHAT = st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=14).map(" ".join))


def same(found: str | None, wanted: str | None) -> bool:
    """Compare without regard to capitals: a parent's are kept or not as they typed them."""
    return found == wanted if found is None or wanted is None else found.casefold() == wanted.casefold()


@pytest.mark.parametrize(("told", "said"), TO_CHILD + FRESH_TO_CHILD)
def test_what_is_told_about_a_child_is_said_to_the_child(told: str, said: str) -> None:
    name = next((name for name in NAMES if name in told), None)
    assert same(to_child(told, name), said), to_child(told, name)


@pytest.mark.parametrize(("message", "text"), TRIGGERS + FRESH_TRIGGERS)
def test_trigger_is_found_in_the_parents_words(message: str, text: str | None) -> None:
    found = find_trigger(read(message))
    assert same(found.text if found else None, text), found
    assert found is None or found.text in message


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("raging because i hid the remote", "event"),
        ("raging over the remote", "thing"),
        ("in tears since her gerbil ran off", "event"),
        ("in tears about losing her gerbil", "thing"),
        ("a fit when nana wouldn't stay", "event"),
        ("screaming because of a scratchy label", "thing"),
    ],
)
def test_trigger_tells_an_event_from_a_thing(message: str, kind: str) -> None:
    found = find_trigger(read(message))
    assert found is not None
    assert found.kind == kind


def test_trigger_too_long_to_say_back_is_left_out() -> None:
    long = (
        "screaming because the boy from the house with the red door down our road took his bike and rode off"
    )
    assert find_trigger(read(long)) is None


@pytest.mark.parametrize(("message", "said"), DURATIONS + FRESH_DURATIONS)
def test_duration_is_that_of_the_upset(message: str, said: str | None) -> None:
    assert find_duration(read(message)) == said


def test_numbers_are_spelled_out_up_to_ninety_nine() -> None:
    spelled = [in_words(number) for number in range(100)]
    assert len(set(spelled)) == 100
    assert not any(character.isdigit() for word in spelled for character in word)
    assert (in_words(45), in_words(100)) == ("forty-five", "100")


@pytest.mark.parametrize(("message", "act"), RUPTURES + FRESH_RUPTURES)
def test_rupture_is_the_parents_own_act_in_the_past(message: str, act: str | None) -> None:
    assert same(find_rupture(read(message)), act), find_rupture(read(message))


def test_a_sentence_has_its_capital_and_its_mark() -> None:
    assert to_child("she lost her bunny", sentence=True) == "You lost your bunny."
    assert to_child("was she scared?", sentence=True) == "Were you scared?"


def test_another_child_named_later_stays_who_it_is() -> None:
    assert to_child("my son pushed my daughter") == "you pushed my daughter"
    assert to_child("he pushed the baby") == "you pushed the baby"


@settings(max_examples=150, deadline=None)
@given(CHAT, st.one_of(st.none(), st.text(max_size=12), st.sampled_from(NAMES)))
def test_retelling_takes_anything(text: str, name: str | None) -> None:
    said = to_child(text, name)
    assert "  " not in said
    assert " i " not in said
    assert bool(said.strip()) or not any(character.isalnum() for character in text)


@settings(max_examples=150, deadline=None)
@given(CHAT)
def test_finding_takes_anything(text: str) -> None:
    doc = read(text)
    trigger, act = find_trigger(doc), find_rupture(doc)
    assert trigger is None or (trigger.text.strip() and trigger.text in text)
    assert act is None or act.strip()
    find_duration(doc)
