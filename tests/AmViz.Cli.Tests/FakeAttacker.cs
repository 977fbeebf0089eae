using AmViz.Imaging;
using AmViz.Maximization;
using AmViz.Models;
using AmViz.Sweeps;

namespace AmViz.Cli.Tests;

/// <summary>A network that sees the class whose index is the red of the first pixel, and an attack that knows it.</summary>
internal sealed class FakeAttacker(IReadOnlyList<string> labels, int batchSize) : IAttacker
{
    public int BatchSize => batchSize;

    public Action? OnAttack { get; init; }

    public Task<IReadOnlyList<ClassScore>> ScoreAsync(Picture picture, CancellationToken cancellationToken)
    {
        var seen = Math.Min(picture.Rgb.Span[0], labels.Count - 1);
        IEnumerable<int> order = [seen, .. Enumerable.Range(0, labels.Count).Where(index => index != seen)];
        return Task.FromResult<IReadOnlyList<ClassScore>>([.. order.Select((index, rank) => new ClassScore(index, labels[index], 4 - rank, 0.5 / (rank + 1)))]);
    }

    public Task<IReadOnlyList<AdversarialExample>> AttackAsync(
        AttackSettings settings, IReadOnlyList<AttackPair> pairs, IProgress<BatchProgress>? progress, CancellationToken cancellationToken)
    {
        OnAttack?.Invoke();
        cancellationToken.ThrowIfCancellationRequested();
        progress?.Report(new(settings.Steps, settings.Steps));
        return Task.FromResult<IReadOnlyList<AdversarialExample>>([.. pairs.Select(pair => Attack(settings, pair))]);
    }

    public void Dispose()
    {
    }

    /// <summary>Goes as near to the target as epsilon allows.</summary>
    private static AdversarialExample Attack(AttackSettings settings, AttackPair pair)
    {
        var rgb = pair.Original.Rgb.ToArray();
        var reached = Math.Min(pair.Target, rgb[0] + settings.EpsilonLevels);
        rgb[0] = (byte)reached;
        var fools = reached == pair.Target;
        return new(new(pair.Original.Width, pair.Original.Height, rgb), fools ? 7 : null, fools ? settings.Steps : settings.MaxSteps, UnroundedFools: true, 1.5);
    }
}
