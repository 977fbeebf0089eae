namespace AmViz.Cli.CommandLine;

/// <summary>Turns the parser's complaints into sentences that help.</summary>
internal static class UsageErrors
{
    /// <summary>One problem a line; a mistyped word with what it may have meant.</summary>
    public static IEnumerable<string> Describe(ParseResult result)
    {
        var command = result.CommandResult.Command;
        var unmatched = result.UnmatchedTokens;
        foreach (var token in unmatched)
        {
            yield return DescribeUnmatched(command, token);
        }

        if (command is not AmVizCommand)
        {
            if (unmatched.Count == 0)
            {
                yield return $"'{PathOf(command)}' needs a command: {string.Join(", ", command.Subcommands.Select(child => child.Name))}. Run '{PathOf(command)} --help' for what each does.";
            }

            yield break;
        }

        // What the parser says of the tokens above is said already, and better.
        foreach (var error in result.Errors.Where(error => !unmatched.Any(token => error.Message.Contains($"'{token}'", StringComparison.Ordinal))))
        {
            yield return error.Message;
        }
    }

    /// <summary>Every name by which an option can be called.</summary>
    public static IEnumerable<string> NamesOf(Option option) => option.Aliases.Prepend(option.Name);

    private static string DescribeUnmatched(Command command, string token)
    {
        var path = PathOf(command);
        if (token.StartsWith('-'))
        {
            var options = command.Options.SelectMany(NamesOf);
            return $"'{token}' is not an option of '{path}'.{Nearest.Question(token, options)} Run '{path} --help' for the list.";
        }

        if (command.Subcommands.Count == 0)
        {
            return $"'{path}' does not take '{token}'. Run '{path} --help' for what it takes.";
        }

        var names = command.Subcommands.Select(child => child.Name);
        return $"'{token}' is not a command of '{path}'.{Nearest.Question(token, names)} Its commands are {string.Join(", ", names)}.";
    }

    // The library calls the root by the name of the file that runs.
    private static string PathOf(Command command)
        => command.Parents.OfType<Command>().FirstOrDefault() is { } parent ? $"{PathOf(parent)} {command.Name}" : AmVizCommand.Executable;
}
