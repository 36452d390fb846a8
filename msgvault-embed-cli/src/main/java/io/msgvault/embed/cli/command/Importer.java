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
import java.util.Objects;
import java.util.Optional;

/**
 * Stores what is read, some hundreds of mails in a transaction, and counts. A batch is bounded in
 * characters too, so that a mailbox of any size takes little memory.
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
  private long skipped;

  Importer(Backend backend, Progress progress, boolean verbose) {
    this.backend = backend;
    this.progress = progress;
    this.verbose = verbose;
  }

  /** Imports a file or folder. */
  void read(Path path, String name) {
    source = name;
    reader.read(path);
    flush();
  }

  /** Ends the import after the batch under way. */
  void stop() {
    stopped = true;
  }

  /** Tells what was done, and returns the exit code. */
  int report(Console console) {
    StringBuilder line = new StringBuilder();
    line.append("imported ").append(added).append(" new");
    line.append(", ").append(changed).append(" changed");
    line.append(", ").append(unchanged).append(" unchanged");
    line.append(", ").append(duplicates).append(" double");
    line.append(", ").append(partial).append(" read in part");
    line.append(", ").append(failed).append(" not read");
    console.out().println(line);
    if (skipped > 0) {
      console.out().println("passed over " + skipped + " files that are no mail");
    }
    console.out().flush();
    if (stopped) {
      console.err().println("interrupted; run the same import again to go on");
      return ExitCode.INTERRUPTED;
    }
    return ExitCode.OK;
  }

  @Override
  public boolean isStopped() {
    return stopped;
  }

  @Override
  public void mail(ParsedMail parsed, String where, long bytes) {
    if (parsed instanceof ParsedMail.NotMail nothing) {
      failed++;
      reportProblem(where + ": not read, " + nothing.problem(), failed + partial);
    } else if (parsed instanceof ParsedMail.Partial part) {
      partial++;
      reportProblem(where + ": read in part, " + part.problem(), failed + partial);
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
    for (ImportResult put : backend.importAll(batch)) {
      switch (put) {
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
  public void skipped(Path file) {
    skipped++;
  }

  @Override
  public void unreadable(Path path, Exception cause) {
    failed++;
    Throwable reason = Objects.requireNonNullElse(cause.getCause(), cause);
    reportProblem(path + ": not read, " + reason.getClass().getSimpleName(), failed + partial);
  }

  /** Names what was not read whole: all of it if asked to, else so much that it stays readable. */
  private void reportProblem(String problem, long count) {
    if (verbose || count <= MAX_REPORTED_PROBLEMS) {
      progress.note(Console.toOneLine(problem));
    } else if (count == MAX_REPORTED_PROBLEMS + 1) {
      progress.note("and more; --verbose names them all");
    }
  }
}
