package io.msgvault.embed.cli.backend;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Names an archive and where its words are.
 *
 * @param db a file, or the JDBC URL of a database
 * @param words the folder of the words; empty for the one beside the file
 * @param language the language of the words; empty for the one that they have, or English
 */
public record ArchiveLocation(String db, Optional<Path> words, Optional<String> language) {}
