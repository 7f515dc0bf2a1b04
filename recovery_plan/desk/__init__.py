"""The shell of the contained desk, a module for each subject: it reads and writes; containment/ decides."""
