"""Stage 4: from the files of the corpus folder to documents and passages, filed under the framework."""
