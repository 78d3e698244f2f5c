"""Word lists behind the families `kind`, `odd_one` and `neighbour`. Keys of KINDS and all words of GROUPS are single
tokens with their leading space; members of KINDS need not be."""

from __future__ import annotations

_KINDS = """
animal: dog cat horse cow sheep bear wolf lion tiger goat mouse rabbit fox deer pig donkey camel elephant monkey
bird: eagle hawk sparrow crow duck goose owl swan robin stork pigeon raven lark nightingale hen falcon
fish: trout salmon carp herring cod perch pike shark tuna eel flounder mackerel
insect: ant bee wasp beetle moth butterfly fly cricket mosquito grasshopper
tree: oak pine birch elm willow cedar maple beech poplar ash fir
flower: rose lily tulip daisy violet orchid daffodil poppy carnation
fruit: apple pear plum cherry grape lemon orange peach fig melon banana
food: bread cheese butter soup cake sausage pie rice porridge stew
drink: water milk wine beer tea coffee juice cider brandy lemonade
person: king queen doctor teacher soldier sailor baker lawyer painter priest farmer nurse
tool: hammer saw axe chisel drill file spade shovel pliers rake
weapon: sword spear bow dagger cannon rifle pistol lance arrow club
vehicle: cart wagon carriage truck bicycle train coach sledge car bus
building: house church castle palace barn temple school tower hospital mill
clothing: shirt coat hat shoe glove dress cloak trousers skirt stocking
color: red blue green black white yellow brown gray pink purple scarlet
metal: iron copper tin lead silver zinc nickel mercury steel bronze
disease: fever measles cholera plague malaria smallpox influenza leprosy
body: hand foot head eye ear nose mouth knee elbow shoulder tongue
country: France Spain England Germany Italy Mexico Russia China Egypt Denmark
river: Nile Rhine Thames Danube Amazon Ganges Volga Mississippi
language: English French German Spanish Latin Greek Hebrew Danish Russian
instrument: violin flute drum harp trumpet piano guitar organ bell
money: dollar penny shilling pound franc crown cent ducat
ship: boat schooner frigate canoe yacht whaler brig steamer
game: chess cards dice draughts marbles lottery
fabric: silk cotton wool linen velvet lace satin canvas
rock: granite marble slate chalk limestone flint basalt
emotion: joy anger sorrow love hate grief envy pride
shape: circle square triangle cube sphere oval cone
music: song hymn opera waltz symphony ballad march sonata
"""

_GROUPS = """
colors: red blue green black white yellow brown gray pink
animals: dog cat horse cow sheep bear wolf lion bird fish
people: king queen boy girl man woman friend priest lord
family: mother father brother sister wife husband son
body: hand foot head eye ear mouth heart face
sky: sun moon star rain snow wind light
house: house door table chair lamp clock wall room
numbers: one two three four five six seven eight nine ten
directions: north south east west left right
food: apple pear bread milk water fruit
verbs: walk turn write read hear speak call
"""


def _parse(text: str) -> dict[str, list[str]]:
    return {key: words.split() for key, words in (line.split(":") for line in text.strip().splitlines())}


KINDS = _parse(_KINDS)
GROUPS = _parse(_GROUPS)
