using System.CommandLine.Help;
using AmViz.Cli.Commands;
using AmViz.Cli.Options;

namespace AmViz.Cli;

/// <summary>All commands of <c>amviz</c>, in the order in which a newcomer meets them.</summary>
internal sealed class AmVizRootCommand : RootCommand
{
    public AmVizRootCommand(CommandContext context)
        : base("Draws, for every channel of a vision network, the picture that excites it most (activation maximization).")
    {
        Add(new RunCommand(context));
        Add(new RenderCommand(context));
        Add(new ModelsCommand(context));
        Add(new ClassifyCommand(context));
        Add(new RespondCommand(context));
        Add(new NeighboursCommand(context));
        Add(new ScoreCommand(context));
        Add(new QuizCommand(context));
        Add(new AttackCommand(context));
        Add(new CompareCommand(context));
        Add(new PaperCommand(context));
        Add(new SiloCommand(context));
        Add(new SweepCommand(context));
        Add(new LoginCommand(context));
        Add(new LogoutCommand(context));
        Add(new KeysCommand(context));
        Add(new ManifestCommand(context));
        Add(new AtlasCommand(context));
        Add(new BenchCommand(context));
        Add(new VersionCommand(context));
        Add(SharedOptions.Verbose);

        var help = Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
    }
}
