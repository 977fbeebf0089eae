using AmViz.Imaging;
using AmViz.Models;
using AmViz.Networks;
using AmViz.Sweeps;
using static TorchSharp.torch;

namespace AmViz.Maximization.Tests.Attacks;

[Collection(TorchTests.Name)]
public sealed class TorchAttackerTests
{
    private static readonly RendererOptions Cpu = new() { Device = "cpu", BatchSize = 4 };

    [Fact]
    public async Task TheDecodedFileFoolsTexturenet()
    {
        var source = NetworkCatalogue.Open("texturenet", weightsPath: null);
        using var attacker = new TorchAttacker(source, Cpu);
        var original = PictureOfAClass(source);
        var settings = AttackSettings.For(source.Description) with { Epsilon = 24 / 255d };
        var seen = (await attacker.ScoreAsync(original, TestContext.Current.CancellationToken))[0].Index;
        int[] targets = [.. new[] { "rings", "blue patches" }.Select(label => source.Description.Labels.ToList().IndexOf(label))];

        var examples = await attacker.AttackAsync(
            settings, [.. targets.Select(target => new AttackPair(original, target))], progress: null, TestContext.Current.CancellationToken);

        Assert.DoesNotContain(seen, targets);
        foreach (var (example, target) in examples.Zip(targets))
        {
            var decoded = PictureLoader.Load(PngCodec.Encode(example.Picture));
            Assert.Equal(target, (await attacker.ScoreAsync(decoded, TestContext.Current.CancellationToken))[0].Index);
            Assert.InRange(new Perturbation(original, decoded, NetworkDescription.Rgb).LInfinity, 1 / 255d, settings.Epsilon);
            Assert.NotNull(example.StepsToSuccess);
        }
    }

    [Fact]
    public async Task AllClassesAreScoredHighestFirst()
    {
        var source = NetworkCatalogue.Open("texturenet", weightsPath: null);
        using var attacker = new TorchAttacker(source, Cpu);

        var scores = await attacker.ScoreAsync(Stripes(source.Description.InputSize), TestContext.Current.CancellationToken);

        Assert.Equal(source.Description.Labels.Count, scores.Count);
        Assert.Equal(scores.Select(score => score.Logit).OrderDescending(), scores.Select(score => score.Logit));
        Assert.Equal(1, scores.Sum(score => score.Probability), 9);
    }

    [Fact]
    public async Task CancelledAttackGivesNothing()
    {
        var source = NetworkCatalogue.Open("texturenet", weightsPath: null);
        using var attacker = new TorchAttacker(source, Cpu);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => attacker.AttackAsync(
            new(), [new(Stripes(source.Description.InputSize), 1)], progress: null, cancelled.Token));
    }

    [Fact]
    public void ADeviceThatIsNotThereIsRefused()
        => Assert.Throws<ChannelRenderException>(() => new TorchAttacker(NetworkCatalogue.Open("texturenet", weightsPath: null), new RendererOptions { Device = "cuda:99" }));

    /// <summary>What the network itself takes for an example of one of its classes.</summary>
    private static Picture PictureOfAClass(NetworkSource source)
    {
        using var scope = NewDisposeScope();
        using var network = source.Load();
        var recipe = Recipes.Paper with { Size = source.Description.InputSize, Steps = 48 };
        var task = new ChannelTask(source.Description.Name, source.Description.WeightsDigest, NetworkDescription.Logits, 5, 0);
        var image = new ActivationMaximizer(network).Maximize(recipe, [task], progress: null, TestContext.Current.CancellationToken)[0];
        return Picture.FromPlanes(image.Planes, recipe.Size, recipe.Size);
    }

    private static Picture Stripes(int size)
    {
        var rgb = new byte[size * size * 3];
        for (var i = 0; i < size * size; i++)
        {
            Array.Fill(rgb, (byte)(128 + (30 * Math.Sin(i % size * 2 * Math.PI / 8))), i * 3, 3);
        }

        return new(size, size, rgb);
    }
}
