//! Masks against a look at every byte.
