package io.msgvault.embed.cli.command;

import io.msgvault.embed.cli.backend.Backend;
import io.msgvault.embed.cli.backend.Backend.ImportResult;
import io.msgvault.embed.cli.backend.IncomingMail;
import io.msgvault.embed.cli.mail.Mail;
import io.msgvault.embed.cli.mail.MailKeys;
import io.msgvault.embed.cli.mail.MailReader;
import io.msgvault.embed.cli.mail.ParsedMail;
import io.msgvault.embed.cli.output.Console;
import io.msgvault.embed.cli.output.ExitCode;
import io.msgvault.embed.cli.output.Progress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Stores the mail that a reader finds, in batches of one transaction each, and counts it. A batch
 * has limits in mails and in characters, so that a mailbox of any size takes little memory.
 */
final class Importer implements MailReader.Listener {
  private static final int BATCH_MAILS = 500;
  private static final long BATCH_CHARACTERS = 8 << 20;
  private static final int MAX_REPORTED_PROBLEMS = 20;

  private final Backend backend;
  private final Progress progress;
  private final boolean verbose;
  private final MailReader reader = new MailReader(this);
  private final Map<String, MailKeys> keysBySource = new HashMap<>();
  private final List<IncomingMail> batch = new ArrayList<>();
  private long batchCharacters;
  private String source = "";
  private volatile boolean stopped;

  private long added;
  private long changed;
  private long unchanged;
  private long duplicates;
  private long partial;
  private long failed;
  private long deleted;
  private long skipped;

  Importer(Backend backend, Progress progress, boolean verbose) {
    this.backend = backend;
    this.progress = progress;
    this.verbose = verbose;
  }

  /** Imports a file or folder. */
  void read(Path path, String sourceName) {
    source = sourceName;
    reader.read(path);
    flush();
  }

  /** Asks the import to end after the current batch. */
  void stop() {
    stopped = true;
  }

  /** Prints the counts, and returns the exit code. */
  int report(Console console) {
    StringBuilder line = new StringBuilder();
    line.append("imported ").append(added).append(" new");
    line.append(", ").append(changed).append(" changed");
    line.append(", ").append(unchanged).append(" unchanged");
    line.append(", ").append(duplicates).append(" duplicates");
    line.append(", ").append(partial).append(" partly read");
    line.append(", ").append(failed).append(" not read");
    console.say(line.toString());
    if (deleted > 0) {
      console.say("passed over " + Console.count(deleted, "deleted mail", "deleted mails"));
    }
    if (skipped > 0) {
      console.say("skipped " + Console.count(skipped, "non-mail file", "non-mail files"));
    }
    console.out().flush();
    if (stopped) {
      console.note("interrupted; run the same import again to continue");
      return ExitCode.INTERRUPTED;
    }
    return ExitCode.OK;
  }

  @Override
  public boolean isStopped() {
    return stopped;
  }

  @Override
  public void mail(ParsedMail parsed, String location, long bytes) {
    if (parsed instanceof ParsedMail.NotMail notMail) {
      failed++;
      reportProblem(location + ": not read, " + notMail.problem(), failed + partial);
    } else if (parsed instanceof ParsedMail.Partial partialMail) {
      partial++;
      reportProblem(location + ": partly read, " + partialMail.problem(), failed + partial);
    }
    parsed.mail().ifPresent(mail -> add(mail, bytes));
  }

  private void add(Mail mail, long bytes) {
    Optional<String> key = keysBySource.computeIfAbsent(source, name -> new MailKeys()).key(mail);
    if (key.isEmpty()) {
      duplicates++;
      return;
    }
    batch.add(new IncomingMail(source, key.get(), mail, bytes));
    batchCharacters += mail.text().length() + mail.html().length();
    if (batch.size() >= BATCH_MAILS || batchCharacters >= BATCH_CHARACTERS) {
      flush();
    }
  }

  private void flush() {
    for (ImportResult result : backend.importAll(batch)) {
      switch (result) {
        case ADDED -> added++;
        case CHANGED -> changed++;
        case UNCHANGED -> unchanged++;
      }
    }
    batch.clear();
    batchCharacters = 0;
  }

  @Override
  public void progress(long bytes) {
    progress.update(bytes);
  }

  @Override
  public void deleted(String location) {
    deleted++;
  }

  @Override
  public void skipped(String location) {
    skipped++;
  }

  @Override
  public void unreadable(String location, String problem) {
    failed++;
    reportProblem(location + ": " + problem, failed + partial);
  }

  /** Names a mail that was not read whole; without {@code --verbose} only the first ones. */
  private void reportProblem(String problem, long count) {
    if (verbose || count <= MAX_REPORTED_PROBLEMS) {
      progress.note(Console.toOneLine(problem));
    } else if (count == MAX_REPORTED_PROBLEMS + 1) {
      progress.note("there are more; --verbose names them all");
    }
  }
}
