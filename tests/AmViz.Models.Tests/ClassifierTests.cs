using TorchSharp;

namespace AmViz.Models.Tests;

[Collection(TorchTests.Name)]
public sealed class ClassifierTests
{
    private static readonly FakeNetwork Four = new((_, _) => [MathF.Log(2), 0, MathF.Log(5), 0], classes: 4);

    [Fact]
    public void ClassesComeHighestFirstWithTheirProbabilities()
    {
        using torch.Tensor image = torch.rand(3, 32, 32);

        IReadOnlyList<ClassScore> top = new Classifier(Four).Top(image, 3);

        Assert.Equal([2, 0, 1], top.Select(score => score.Index));
        Assert.Equal(["label 2", "label 0", "label 1"], top.Select(score => score.Label));
        Assert.Equal(5.0 / 9, top[0].Probability, 1e-6);
        Assert.Equal(2.0 / 9, top[1].Probability, 1e-6);
        Assert.Equal(Math.Log(5), top[0].Logit, 1e-6);
    }

    [Fact]
    public void AskingForMoreClassesThanThereAreGivesAll()
    {
        using torch.Tensor image = torch.rand(1, 3, 32, 32);

        IReadOnlyList<ClassScore> all = new Classifier(Four).Top(image, 100);

        Assert.Equal(4, all.Count);
        Assert.Equal(1, all.Sum(score => score.Probability), 1e-9);
    }

    [Fact]
    public void SeveralPicturesAtOnceAreRefused()
    {
        using torch.Tensor images = torch.rand(2, 3, 32, 32);

        Assert.Throws<ArgumentException>(() => new Classifier(Four).Top(images));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Classifier(Four).Top(images, 0));
    }

    [Fact]
    public void NoTensorIsLeft()
    {
        using torch.Tensor image = torch.rand(1, 3, 32, 32);
        using GraphNetwork network = TinyWeights.Folded().Load();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        new Classifier(network).Top(image);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
