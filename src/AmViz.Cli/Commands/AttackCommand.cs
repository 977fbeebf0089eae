using AmViz.Cli.Attacks;
using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Models;

namespace AmViz.Cli.Commands;

/// <summary><c>amviz attack</c>: pictures that look unchanged, in which a network sees the target class (section 4.4 of the paper).</summary>
internal sealed class AttackCommand : AmVizCommand
{
    private readonly CommandContext _context;
    private readonly NetworkOptions _network;
    private readonly ComputeOptions _device;
    private readonly AttackOptions _numbers = new();

    private readonly Option<string[]> _images = new("--image", "--images", "-i")
    {
        Description = $"{PictureFormats.Names} files.",
        HelpName = "FILE..",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string[]> _targets = new("--target", "--targets", "-t")
    {
        Description = "What the network shall see: a class by index or name. Several: each picture is attacked towards each.",
        HelpName = "CLASS[,CLASS..]",
        Required = true,
        Arity = ArgumentArity.OneOrMore,
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _out = new("--out", "-o")
    {
        Description = "Folder of the pictures; made if it is not there.",
        HelpName = "DIR",
        Required = true,
    };

    public AttackCommand(CommandContext context)
        : base(
            "attack",
            "Change pictures by so little that nobody sees it, until the network sees in them what you name.",
            "amviz attack --image picture.png --target rings --out attacked",
            "amviz attack --weights DIR --image photo.jpg --target ladybug --epsilon 4/255 --out attacked --json",
            "amviz attack --weights DIR --image a.png b.webp --target 301,323,953 --steps 50 --lambda 0 --out attacked")
    {
        _context = context;
        _network = new(context.Settings);
        _device = new(context.Settings);
        Add(_images);
        Add(_targets);
        Add(_out);
        _network.AddWithStoreTo(this);
        _numbers.AddTo(this);
        _device.AddTo(this);
        _device.AddWorkersTo(this);
        Add(SharedOptions.Json);
    }

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var source = await _context.NetworksOf(_network.Store(result)).OpenAsync(_network.Select(result), cancellationToken);
        var network = source.Description;
        network.FindShape(NetworkDescription.Logits);          // weights that end before it are refused here
        var device = _device.Read(result);
        var settings = _numbers.Read(result, network);
        var problems = settings.Problems().Select(problem => $"--{problem}").ToList();
        var targets = new ClassNames(network, _targets.Name).Resolve(result.GetRequiredValue(_targets), problems);
        var inputs = InputPicture.ReadAll(result.GetRequiredValue(_images), network, problems);
        if (problems.Count > 0)
        {
            throw new UsageException(problems);
        }

        _context.Screen.WriteNotes(inputs.SelectMany(input => input.Notes));
        var attackers = _context.Engine.CreateAttackers(source, device, inputs.Count * targets.Count);
        try
        {
            var planned = await PlanAsync(attackers[0], network, inputs, targets, cancellationToken);
            var folder = new AttackFolder(Directory.CreateDirectory(result.GetRequiredValue(_out)).FullName, network, settings);
            var document = await AttackAsync(new(network, settings, attackers, folder), planned, folder, cancellationToken);
            new AttackReport(_context.Screen).Write(document, result.GetValue(SharedOptions.Json));
            return document.Fooled == document.Pairs ? ExitCode.Done : ExitCode.FinishedWithFailures;
        }
        finally
        {
            foreach (var attacker in attackers)
            {
                attacker.Dispose();
            }
        }
    }

    private async Task<AttackDocument> AttackAsync(AttackRun run, IReadOnlyList<PlannedAttack> planned, AttackFolder folder, CancellationToken cancellationToken)
    {
        try
        {
            await DrawingDisplay.ShowAsync(_context.Screen, _context.Time, async report =>
            {
                await run.RunAsync(planned, new(planned.Count, report), cancellationToken);
                return planned.Count;
            });
        }
        finally
        {
            // Finished attacks are written, also after Ctrl-C.
            folder.WriteDocument(run.Document(planned));
        }

        var document = run.Document(planned);
        folder.WriteSheet(document.Attacks);
        return document;
    }

    /// <summary>Every picture with every target, and what the network sees before.</summary>
    private static async Task<IReadOnlyList<PlannedAttack>> PlanAsync(
        IAttacker attacker, NetworkDescription network, IReadOnlyList<InputPicture> inputs, IReadOnlyList<int> targets, CancellationToken cancellationToken)
    {
        var planned = new List<PlannedAttack>();
        foreach (var input in inputs)
        {
            var scores = await attacker.ScoreAsync(input.Original, cancellationToken);
            planned.AddRange(targets.Select(target => new PlannedAttack(input, new(target, network.Labels[target]), ImageScores.Of(scores, target))));
        }

        return planned.All(attack => attack.IsThereAlready)
            ? throw new UsageException([.. planned.Select(attack => $"--target: {attack.Input.Path}: {attack.Refusal}")])
            : planned;
    }
}
