"""The facts of the register, held against exchanges that were seen from outside.

A judge reads a story, which is exchanges in their order, and says of each place that speaks about
its fact whether it agrees. Where the exchanges come from is the same to it: a recording of the real
service, a verifier's probes, or the journal of the emulator in its own tests. Pure: no input or
output, no clock; may use contracts.
"""
