from mistralai import Mistral as Mistral
