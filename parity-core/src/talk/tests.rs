//! Transcripts put to each conversation.
