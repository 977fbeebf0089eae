using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace AmViz.Cli.Terminal;

/// <summary>Where a command writes: results to standard output, everything on the way there to standard error.</summary>
internal sealed class Screen
{
    // Wide enough that no table row is folded in a file or a pipe.
    private const int WidthOfAFile = 240;

    private const int UsualHeight = 24;

    // A script finds every key of a document, also where its value is unknown.
    private static readonly JsonSerializerOptions Json = new(SweepJson.Indented) { DefaultIgnoreCondition = JsonIgnoreCondition.Never };

    /// <summary>Writes to the two given places.</summary>
    /// <param name="output">Results: tables for people, or one JSON document.</param>
    /// <param name="error">Progress, logs and errors.</param>
    public Screen(TextWriter output, TextWriter error)
    {
        Output = output;
        Error = error;
        Results = Open(output);
        Progress = Open(error);
    }

    /// <summary>Results: plain text.</summary>
    public TextWriter Output { get; }

    /// <summary>Progress, logs and errors: plain text.</summary>
    public TextWriter Error { get; }

    /// <summary>What is piped in.</summary>
    public TextReader Input { get; init; } = TextReader.Null;

    /// <summary>Results: tables.</summary>
    public IAnsiConsole Results { get; }

    /// <summary>Progress bars.</summary>
    public IAnsiConsole Progress { get; }

    private bool AsksPerson { get; init; }

    /// <summary>Whether a person watches, so that a moving progress bar makes sense.</summary>
    public bool IsInteractive => Progress.Profile.Capabilities.Interactive && Progress.Profile.Out.IsTerminal;

    /// <summary>The screen of this process.</summary>
    public static Screen OfThisProcess() => new(Console.Out, Console.Error) { Input = Console.In, AsksPerson = !Console.IsInputRedirected };

    /// <summary>Asks a person for what others must not see; of a program that pipes into this one, its first line. Null: there is none.</summary>
    public string? ReadSecret(string question)
        => AsksPerson && IsInteractive ? Progress.Prompt(new TextPrompt<string>(Markup.Escape(question)).Secret(mask: null)) : Input.ReadLine();

    /// <summary>Writes the one JSON document of a command.</summary>
    public void WriteJson<T>(T document) => Output.WriteLine(JsonSerializer.Serialize(document, Json));

    /// <summary>Says on standard error what a person should know though nothing is wrong, each sentence once.</summary>
    public void WriteNotes(IEnumerable<string> notes)
    {
        foreach (var note in notes.Distinct(StringComparer.Ordinal))
        {
            Error.WriteLine($"note: {note}");
        }
    }

    private static IAnsiConsole Open(TextWriter writer)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = WidthOfAFile;
        }

        return WithHeight(console);
    }

    /// <summary>Gives a console the usual height where its terminal reports none (TERM=dumb has -1 lines): moving bars cut to that would end the process.</summary>
    internal static IAnsiConsole WithHeight(IAnsiConsole console)
    {
        if (console.Profile.Height < 1)
        {
            console.Profile.Height = UsualHeight;
        }

        return console;
    }
}
