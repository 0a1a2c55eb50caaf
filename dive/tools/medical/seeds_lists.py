"""Well-known diseases, codes, phenotypes, genes and DICOM attributes: what stands first among the seeds of the medical
domain.

The lists only choose and order; a value is kept where the tables of the tools know it.
"""


def _listed(text: str, separator: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in " ".join(text.split()).split(separator))


DISEASES = _listed(
    """
    Marfan syndrome; Cystic fibrosis; Huntington disease; Phenylketonuria; Sickle cell anemia; Fragile X syndrome;
    Wilson disease; Gaucher disease, type I; Fabry disease; Tay-Sachs disease; Noonan syndrome 1; Williams-Beuren
    syndrome; DiGeorge syndrome; Prader-Willi syndrome; Angelman syndrome; Rett syndrome; Achondroplasia; Tuberous
    sclerosis-1; von Hippel-Lindau syndrome; Duchenne muscular dystrophy; Myotonic dystrophy 1; Hemophilia A;
    Hemophilia B; Galactosemia; Homocystinuria due to cystathionine beta-synthase deficiency; Alkaptonuria;
    Cystinuria; Bardet-Biedl syndrome 1; Loeys-Dietz syndrome 1; Ehlers-Danlos syndrome, vascular type; Long QT
    syndrome 1; Brugada syndrome 1; Peutz-Jeghers syndrome; Li-Fraumeni syndrome; Bloom syndrome;
    Ataxia-telangiectasia; Xeroderma pigmentosum, complementation group A; Wiskott-Aldrich syndrome; Treacher
    Collins syndrome 1
""",
    ";",
)
CODES = _listed(
    """
    E11.9 I10 I21.4 J45.909 J18.9 I50.9 E10.9 I48.91 N18.6 J44.9 E78.5 K21.9 F32.A G40.909 G43.909 M54.50 A41.9
    E03.9 E66.9 I63.9 J06.9 N39.0 D50.9 C50.911 C34.90 C61 C18.9 F41.1 F20.9 F31.9 G20.A1 G30.9 G35.A H40.9 H25.9
    I25.10 I26.99 I73.9 J02.9 J10.1 K35.80 K50.90 K51.90 K57.30 K70.30 K74.60 K80.20 L20.9 L40.0 L50.9 M06.9 M10.9
    M17.9 M81.0 N20.0 N40.0 O24.410 O80 P07.30 Q21.0 Q90.9 R07.9 R51.9 S72.001A T78.2XXA U07.1 Z51.11 B20 B18.2
    A15.0 A90 B50.9 E84.9 E05.00 E27.1 E83.110 D57.1 D66 D69.3 G12.21 G61.0 G70.00 H66.90 I05.0 I35.0 I42.0 I71.40
    I83.90 K85.90 K90.0 M32.9 M35.00 N04.9 N80.9 R55 S06.0X0A
    A08.4 A09 A37.90 A46 A69.20 B01.9 B02.9 B05.9 B07.9 B26.9 B27.90 B35.1 B37.0 B86 C16.9 C20 C22.0 C25.9 C43.9 C44.91
    C53.9 C54.1 C56.9 C62.90 C64.9 C67.9 C71.9 C73 C81.90 C90.00 C91.10 C92.10 D12.6 D25.9 D33.2 D45 D51.0 D56.1 D64.9 D68.51
    D70.9 D86.9 E04.1 E06.3 E11.65 E16.2 E22.0 E23.2 E55.9 E86.0 E87.1 E87.5 F10.20 F17.210 F33.1 F40.10 F42.9 F43.10 F50.9
    F84.0 F90.9 G00.9 G25.0 G25.81 G47.00 G47.33 G50.0 G51.0 G56.00 G80.9 H00.019 H10.9 H26.9 H35.30 H81.10 H91.90 I11.9
    I20.0 I20.9 I27.20 I33.0 I34.0 I44.2 I47.10 I49.5 I60.9 I61.9 I70.0 I80.209 I85.00 I95.1 J01.90 J03.90 J15.9 J20.9 J30.9
    J32.9 J34.2 J47.9 J84.10 J90 J93.9 J96.00 K02.9 K25.9 K29.70 K40.90 K42.9 K44.9 K52.9 K58.9 K59.00 K63.5 K64.9 K76.0 K81.0
    K92.2 L02.91 L03.90 L30.9 L60.0 L63.9 L70.0 L71.9 L80 L89.90 M05.9 M16.9 M19.90 M25.50 M45.9 M47.816 M48.00 M54.2
    M62.81 M72.2 M79.7 N10 N17.9 N18.30 N30.00 N32.81 N41.0 N43.3 N45.1 N60.19 N70.91 N76.0 N92.0 N95.1 O03.9 O14.90
    O60.00 P22.0 P59.9 Q05.9 Q20.3 Q21.3 Q35.9 Q91.3 Q96.9 R00.0 R05.9 R06.02 R10.9 R11.2 R19.7 R31.9 R42 R50.9
    R56.9 R60.9 R63.4 S42.001A S52.501A S82.001A S93.401A T14.90XA Z00.00 Z23 Z38.00 Z79.4 Z85.3 Z94.0
""",
    " ",
)
CODES9 = _listed(
    """
    250.00 401.9 410.71 428.0 427.31 493.90 486 496 585.6 272.4 530.81 311 340 332.0 042 070.54 174.9 185 162.9 153.9 244.9
    278.00 280.9 285.9 295.90 296.80 300.00 303.90 305.1 314.01 331.0 345.90 346.90 365.9 366.9 382.9 386.11 411.1 413.9
    414.01 415.19 424.1 425.4 427.5 430 431 434.91 440.9 441.4 443.9 453.40 454.9 462 466.0 477.9 487.1 491.21 511.9 518.81
    531.90 540.9 550.90 553.3 555.9 556.9 558.9 562.10 571.2 574.20 577.0 578.9 584.9 592.0 595.0 599.0 600.00 617.9 626.2
    642.40 650 682.9 691.8 692.9 696.1 708.9 710.0 714.0 715.90 722.10 724.2 729.1 733.00 745.4 758.0 765.10 780.2 780.39
    780.60 784.0 786.50 789.00 820.8 845.00 850.0 995.0
""",
    " ",
)
PHENOTYPES = _listed(
    """
    Ectopia lentis; Arachnodactyly; Aortic root aneurysm; Seizure; Ataxia; Microcephaly; Cleft palate; Hypotonia;
    Pectus excavatum; Short stature; Hepatomegaly; Splenomegaly; Cataract; Nystagmus; Scoliosis; Syndactyly;
    Polydactyly; Optic atrophy; Hydrocephalus; Migraine; Dystonia; Chorea; Osteoporosis; Nephrotic syndrome;
    Hematuria; Ventricular septal defect; Tetralogy of Fallot; Coarctation of aorta; Asthma; Diabetes mellitus;
    Gout; Rickets; Anemia; Thrombocytopenia; Jaundice; Hirsutism; Alopecia; Ichthyosis; Albinism; Vitiligo;
    Xerostomia; Anosmia; Tinnitus; Vertigo; Ptosis; Strabismus; Glaucoma; Myopia; Tremor; Parkinsonism; Dementia;
    Hallucinations; Autism; Pneumothorax; Bronchiectasis; Hemoptysis; Macrocephaly; Hypertension; Atrial septal defect;
    Patent ductus arteriosus; Mitral valve prolapse; Dilated cardiomyopathy; Bradycardia; Tachycardia; Atrial fibrillation;
    Syncope; Stroke; Hyponatremia; Hyperkalemia; Hypoglycemia; Hypothyroidism; Obesity; Failure to thrive; Cryptorchidism;
    Hypospadias; Infertility; Polycystic kidney dysplasia; Nephrolithiasis; Proteinuria; Keratoconus; Coloboma; Aniridia;
    Photophobia; Hearing impairment; Epistaxis; Pancytopenia; Lymphadenopathy; Hemolytic anemia;
    Urticaria; Psoriasiform dermatitis; Craniosynostosis; Micrognathia; Hypertelorism; Clinodactyly;
    Talipes equinovarus; Osteoarthritis; Joint hypermobility; Kyphosis; Genu valgum; Myopathy; Muscle weakness; Rhabdomyolysis;
    Spasticity; Dysarthria; Dysphagia; Insomnia; Depression; Anxiety; Intellectual disability; Apraxia; Lissencephaly;
    Encephalocele; Spina bifida; Pulmonary fibrosis; Apnea; Pancreatitis; Cirrhosis; Cholelithiasis; Constipation; Melanoma;
    Neuroblastoma; Pheochromocytoma; Retinoblastoma; Leukemia
""",
    ";",
)
GENES = _listed(
    """
    FBN1 CFTR BRCA1 BRCA2 TP53 HBB DMD HTT FMR1 NF1 NF2 TSC1 TSC2 VHL PTEN RET APC MLH1 MSH2 LDLR APOE APOB PCSK9 F8
    F9 VWF G6PD HFE ATP7B GBA1 HEXA PAH SCN1A SCN5A KCNQ1 KCNH2 MYH7 MYBPC3 TTN LMNA COL1A1 COL3A1 COL4A5 FGFR3 PKD1
    PKD2 GJB2 MECP2 SMN1 SOD1 SNCA LRRK2 PSEN1 APP MEFV ATM RB1 WT1 PTPN11 RYR1 USH2A ABCA4 RHO TTR
    MSH6 PMS2 CDH1 STK11 MEN1 SDHB CHEK2 PALB2 KRAS BRAF EGFR ERBB2 KIT JAK2 MYC NOTCH1 NOTCH3 PSEN2 MAPT GRN TARDBP FUS
    PARK7 PINK1 PRNP HBA1 HBA2 F5 PROC SERPINA1 SERPINC1 ADA IL2RG BTK WAS AIRE FOXP3 STAT3 CYBB HLA-B INS HNF1A HNF4A GCK
    KCNJ11 LEP LEPR MC4R AR CYP21A2 SRY SHOX FGFR1 FGFR2 RUNX2 SOX9 PAX6 PAX3 MITF TYR OCA2 ELN JAG1 TBX5 NKX2-5 GATA4 CHD7
    NIPBL KMT2D CREBBP EP300 UBE3A SLC6A4 ABCC8 GLA GAA IDS IDUA HEXB ASPA GALT OTC CBS
""",
    " ",
)
ATTRIBUTES = _listed(
    """
    Patient's Name; Patient ID; Patient's Birth Date; Patient's Sex; Patient's Age; Patient's Weight; Modality; Study Date;
    Study Time; Series Date; Acquisition Date; Content Date; Accession Number; Referring Physician's Name; Study Description;
    Series Description; Institution Name; Manufacturer; Manufacturer's Model Name; Station Name; Body Part Examined; Slice
    Thickness; KVP; Exposure Time; X-Ray Tube Current; Exposure; Convolution Kernel; Repetition Time; Echo Time; Inversion
    Time; Flip Angle; Magnetic Field Strength; Spacing Between Slices; Patient Position; Protocol Name; Contrast/Bolus Agent;
    Pixel Spacing; Imager Pixel Spacing; Rows; Columns; Bits Allocated; Bits Stored; High Bit; Pixel Representation; Samples
    per Pixel; Photometric Interpretation; Window Center; Window Width; Rescale Intercept; Rescale Slope; Number of Frames;
    Image Position (Patient); Image Orientation (Patient); Slice Location; Study Instance UID; Series Instance UID; SOP
    Instance UID; SOP Class UID; Frame of Reference UID; Series Number; Instance Number; Acquisition Number; Image Type;
    Laterality; View Position; Radiopharmaceutical; Radionuclide Half Life; Radionuclide Total Dose; Decay Correction; Units;
    Filter Type; Gantry/Detector Tilt; Table Height; Reconstruction Diameter; Focal Spot(s); Compression Force; Sequence Name;
    Scanning Sequence; Number of Averages; Imaging Frequency; Echo Train Length; Specific Character Set; Software Versions;
    Device Serial Number; Planar Configuration; Smallest Image Pixel Value; Largest Image Pixel Value; Pixel Data; Allergies;
    Pregnancy Status; Medical Alerts; Ethnic Group; Occupation; Operators' Name; Beam Name; Dose Type; Dose Units
""",
    ";",
)
