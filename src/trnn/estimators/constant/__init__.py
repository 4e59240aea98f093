"""Constant parameters, of which a Bayesian learns choice by choice."""
