package io.msgvault.embed.onnx;

import io.msgvault.embed.EmbedderUnavailableException;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where one of the model's files comes from. Its text form names it in errors. */
sealed interface Source {
  /** Opens the file at its start; the caller closes it. */
  InputStream open() throws IOException;

  /** Opens another file of the same folder. */
  InputStream openBeside(String name) throws IOException;

  /** The same, but in memory if it would be costly to open it again and again. */
  Source readOnce() throws IOException;

  /** The file's name, without folder and extension. */
  String name();

  /** The error for a file that can't be read as what it should be. */
  default EmbedderUnavailableException unreadable(IOException cause, String wanted) {
    return new EmbedderUnavailableException(
        "can't read " + this + " (" + cause + "): name " + wanted, cause);
  }

  /** A file on disk. */
  record OnDisk(Path path) implements Source {
    @Override
    public InputStream open() throws IOException {
      return new BufferedInputStream(Files.newInputStream(path));
    }

    @Override
    public Source readOnce() {
      return this;
    }

    @Override
    public InputStream openBeside(String name) throws IOException {
      return new OnDisk(path.resolveSibling(name)).open();
    }

    @Override
    public String name() {
      return withoutExtension(String.valueOf(path.getFileName()));
    }

    @Override
    public String toString() {
      return path.toString();
    }
  }

  /** A class-path resource. */
  record Resource(String resource) implements Source {
    @Override
    public InputStream open() throws IOException {
      InputStream found = find(Thread.currentThread().getContextClassLoader());
      if (found == null) {
        found = find(Source.class.getClassLoader());
      }
      if (found == null) {
        throw new IOException("it is not on the class path");
      }
      return found;
    }

    private @Nullable InputStream find(@Nullable ClassLoader loader) {
      return loader == null ? null : loader.getResourceAsStream(resource);
    }

    @Override
    public Source readOnce() throws IOException {
      try (InputStream in = open()) {
        return new InMemory(this, in.readAllBytes());
      }
    }

    @Override
    public InputStream openBeside(String name) throws IOException {
      throw new IOException("its weights are in another file, " + name + ", so it must be on disk");
    }

    @Override
    public String name() {
      return withoutExtension(resource.substring(resource.lastIndexOf('/') + 1));
    }

    @Override
    public String toString() {
      return "class-path resource " + resource;
    }
  }

  /** What was read of another source. */
  final class InMemory implements Source {
    private final Source origin;
    private final byte[] content;

    private InMemory(Source origin, byte[] content) {
      this.origin = origin;
      this.content = content;
    }

    byte[] content() {
      return content;
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(content);
    }

    @Override
    public Source readOnce() {
      return this;
    }

    @Override
    public InputStream openBeside(String name) throws IOException {
      return origin.openBeside(name);
    }

    @Override
    public String name() {
      return origin.name();
    }

    @Override
    public String toString() {
      return origin.toString();
    }
  }

  private static String withoutExtension(String fileName) {
    int dot = fileName.lastIndexOf('.');
    return dot > 0 ? fileName.substring(0, dot) : fileName;
  }
}
