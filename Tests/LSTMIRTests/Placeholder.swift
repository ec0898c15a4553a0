import LSTMIR
