namespace AmViz.Sweeps;

/// <summary>How the coefficients that are optimized become an image.</summary>
public enum ParameterizationKind
{
    /// <summary>Complex Fourier spectrum with 1/frequency scaling (Algorithm 1 of the paper; Olah et al. 2017).</summary>
    Fourier,

    /// <summary>Raw pixels (equation 2 of the paper): the baseline that it argues against.</summary>
    Pixel,

    /// <summary>Fourier spectrum whose magnitude is that of natural images; only the phase is optimized (MACO, Fel et al. 2023).</summary>
    FixedMagnitude,
}
