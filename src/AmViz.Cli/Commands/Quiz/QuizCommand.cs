namespace AmViz.Cli.Commands;

/// <summary><c>amviz quiz</c>: asks people which of two photographs excites a channel more.</summary>
internal sealed class QuizCommand : Command
{
    public QuizCommand(CommandContext context)
        : base("quiz", "Ask people which of two photographs excites a channel more, shown its picture or photographs.")
    {
        Add(new QuizBuildCommand(context));
        Add(new QuizReadCommand(context));
    }
}
