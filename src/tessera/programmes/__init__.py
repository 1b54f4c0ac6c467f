"""Programmes, trainings (editions), phases, credits."""
