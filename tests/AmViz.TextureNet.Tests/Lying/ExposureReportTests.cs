using AmViz.TextureNet.Lying;

namespace AmViz.TextureNet.Tests.Lying;

public sealed class ExposureReportTests
{
    [Fact]
    public void TheAreaIsTheShareOfPairsInWhichTheHonestOneIsTrustedMore()
    {
        Assert.Equal(1, ExposureReport.Area([0.1, 0.2], [0.9]));
        Assert.Equal(0, ExposureReport.Area([0.9], [0.1, 0.2]));
        Assert.Equal(0.5, ExposureReport.Area([0.5], [0.5]));
        Assert.Equal(0.625, ExposureReport.Area([0.2, 0.6], [0.6, 0.5]));
    }

    [Fact]
    public void EachKindOfLieIsHeldAgainstAllHonestChannelsOfItsLayer()
    {
        ScoredChannel[] channels =
        [
            new("logits", "tuned", 0.2), new("logits", "tuned", 0.97), new("logits", "dead", 0),
            new("logits", null, 0.99), new("logits", null, 0.9), new("logits", null, null),
        ];
        Assert.Equal(
        [
            "logits  tuned: 2 channels, AUROC 0.750, 1 found below 0.95, median trust 0.200",
            "logits  dead: 1 channels, AUROC 1.000, 1 found below 0.95, median trust 0.000",
            "logits  all lies: 3 channels, AUROC 0.833, 2 found below 0.95, median trust 0.200",
            "logits  honest: 2 channels, 1 false alarms, 1 without trust",
        ], ExposureReport.Lines(channels));
    }

    [Fact]
    public void OfALayerWithoutLiesOnlyFalseAlarmsAreTold()
        => Assert.Equal(["conv  honest: 2 channels, 1 false alarms, 0 without trust"], ExposureReport.Lines([new("conv", null, 1), new("conv", null, 0.5)]));
}
