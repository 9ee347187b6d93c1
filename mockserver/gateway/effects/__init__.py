"""What faults do, one class for each word of contracts/faults.json, sorted by what it touches.

`answers` take the place of the real answer, `bodies` and `headers` change it on its way, `jobs`
change what is kept, `pauses` change when something happens. Each is found in
`gateway.effect.EFFECTS` by its word.
"""
