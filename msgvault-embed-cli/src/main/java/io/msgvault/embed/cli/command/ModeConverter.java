package io.msgvault.embed.cli.command;

import io.msgvault.embed.search.SearchMode;
import java.util.Arrays;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads the name of a search mode. */
final class ModeConverter implements ITypeConverter<SearchMode> {
  @Override
  public SearchMode convert(String value) {
    return Arrays.stream(SearchMode.values())
        .filter(mode -> mode.name().equalsIgnoreCase(value))
        .findFirst()
        .orElseThrow(
            () ->
                new TypeConversionException(
                    "expected vector, keyword or hybrid, but was '" + value + "'"));
  }
}
