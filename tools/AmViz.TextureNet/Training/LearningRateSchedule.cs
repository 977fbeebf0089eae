namespace AmViz.TextureNet.Training;

/// <summary>Linear rise over the first steps, then half a cosine down to zero (Loshchilov and Hutter 2017, arXiv 1608.03983, equation 5).</summary>
internal sealed record LearningRateSchedule(double Highest, int Steps)
{
    private const double RiseShare = 0.05;

    /// <summary>The rate of a step, counted from 0.</summary>
    public double At(int step)
    {
        double rise = Math.Max(1, Steps * RiseShare);
        return step < rise
            ? Highest * (step + 1) / rise
            : Highest * (1 + Math.Cos(Math.PI * (step - rise) / (Steps - rise))) / 2;
    }
}
