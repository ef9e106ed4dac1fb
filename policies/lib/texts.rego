# METADATA
# title: Texts in both languages
# description: |
#   A text is {"en": ..., "zh": ...}, or a string that needs no translation: a flag, a path, a number. A finding shows
#   one of the two to its reader, so texts are joined language by language.
package lib.texts

none := {"en": "none", "zh": "无"}

english(text) := text.en if is_object(text)

else := text

chinese(text) := text.zh if is_object(text)

else := text

# One text from a form in each language; arguments are texts or numbers and stand in the same order in both.
said(en, zh, arguments) := {
	"en": sprintf(en, [english(argument) | some argument in arguments]),
	"zh": sprintf(zh, [chinese(argument) | some argument in arguments]),
}

commas(texts) := joined(texts, ", ", "，")

semicolons(texts) := joined(texts, "; ", "；")

# Names on one line, each of them once.
once(names) := concat(", ", [name | some index, name in names; not name in array.slice(names, 0, index)])

joined(texts, en, zh) := {
	"en": concat(en, [english(text) | some text in texts]),
	"zh": concat(zh, [chinese(text) | some text in texts]),
}
