using System.Globalization;
using AmViz.Cli.Attacks;
using AmViz.Cli.Engine;
using AmViz.Cli.Options;
using AmViz.Cli.Running;
using AmViz.Cli.Terminal;
using AmViz.Maximization;
using AmViz.Models;

namespace AmViz.Cli.Paper;

/// <summary>Photographs, ten times their perturbation and what comes out, a row each; every photograph is attacked towards a class drawn by lot.</summary>
/// <param name="engine">Attacks.</param>
/// <param name="screen">Shows how far it is.</param>
/// <param name="time">Clock of the progress.</param>
/// <param name="device">What to compute on.</param>
/// <param name="folder">Where the figures lie; the pictures get a folder in it.</param>
/// <param name="seed">Of the lot.</param>
internal sealed class AdversarialFigure(IEngine engine, Screen screen, TimeProvider time, DeviceChoice device, string folder, int seed)
{
    private const int Columns = 3;

    /// <summary>Attacks photographs with the numbers of Table 2.</summary>
    public async Task<FigureDocument> DrawAsync(PaperFigure figure, AttackedNetwork attacked, CancellationToken cancellationToken)
    {
        var (source, inputs) = attacked;
        var network = source.Description;
        var settings = AttackSettings.For(network);
        var name = string.Create(CultureInfo.InvariantCulture, $"figure-{figure.Number:00}-{network.Name}");
        var attackFolder = new AttackFolder(Directory.CreateDirectory(Path.Combine(folder, name)).FullName, network, settings);
        var attackers = engine.CreateAttackers(source, device, inputs.Count);
        try
        {
            var planned = await PlanAsync(attackers[0], network, inputs, cancellationToken);
            var run = new AttackRun(network, settings, attackers, attackFolder);
            await DrawingDisplay.ShowAsync(screen, time, async report =>
            {
                await run.RunAsync(planned, new(planned.Count, report), cancellationToken);
                return planned.Count;
            });
            var document = run.Document(planned);
            attackFolder.WriteDocument(document);
            attackFolder.WriteSheet(document.Attacks);
            return new(figure.Number, figure.Title, network.Name, $"{name}/{AttackFolder.SheetName}", Columns, [.. document.Attacks.SelectMany(row => Captions(network, settings, row))]);
        }
        finally
        {
            foreach (var attacker in attackers)
            {
                attacker.Dispose();
            }
        }
    }

    private async Task<IReadOnlyList<PlannedAttack>> PlanAsync(
        IAttacker attacker, NetworkDescription network, IReadOnlyList<InputPicture> inputs, CancellationToken cancellationToken)
    {
        var lot = new Random(seed);
        var planned = new List<PlannedAttack>();
        foreach (var input in inputs)
        {
            var scores = await attacker.ScoreAsync(input.Original, cancellationToken);
            var drawn = lot.Next(network.Labels.Count - 1);
            var target = drawn < scores[0].Index ? drawn : drawn + 1;           // any class but the one that is seen
            planned.Add(new(input, new(target, network.Labels[target]), ImageScores.Of(scores, target)));
        }

        return planned;
    }

    private IEnumerable<PanelCaption> Captions(NetworkDescription network, AttackSettings settings, AttackRow row)
    {
        string Relative(string? file) => Path.GetRelativePath(folder, file!).Replace('\\', '/');
        string Seen(ImageScores scores) => string.Create(
            CultureInfo.InvariantCulture, $"seen as {scores.First.Label.Split(',')[0]} ({scores.First.Probability:0.0 %})");
        var photograph = Path.GetFileName(row.Image);
        yield return new($"{network.Name}, {photograph}", Seen(row.Before), Relative(row.Original));
        yield return new(
            "perturbation times 10",
            string.Create(CultureInfo.InvariantCulture, $"L-infinity {row.LInfinity:0.0000}, epsilon {settings.Epsilon}"), Relative(row.Perturbation));
        yield return new(
            string.Create(CultureInfo.InvariantCulture, $"towards {row.Target.Label.Split(',')[0]}, {row.Steps} steps"), Seen(row.After!), Relative(row.Adversarial))
        {
            Channel = row.Target.Index,
            Label = row.Target.Label,
            Steps = row.Steps,
            Error = row.Error,
        };
    }
}
